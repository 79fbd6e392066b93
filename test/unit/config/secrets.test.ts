import { expect, it } from 'vitest';
import { loadConfig } from '../../../config/load.js';
import { VARIABLES, type Variable } from '../../../config/schema.js';
import { secretsOf } from '../../../config/secrets.js';
import { createLogger } from '../../../src/telemetry/logger.js';
import { createSecretFilter } from '../../../src/telemetry/secret-shapes.js';

const KEY = Buffer.alloc(32, 7);
const FORMER = Buffer.alloc(32, 9);
const environment = {
  MAILGRANT_API_KEY: 'plain words as an api key',
  MAILGRANT_ADMIN_PASSWORD: 'correct horse battery',
  MAILGRANT_SECRET_KEY: `${KEY.toString('base64')},${FORMER.toString('base64')}`,
  MAILGRANT_REDIS_URL: 'redis://default:p%40ss-of-redis@127.0.0.1:6379',
  IDENTITY_HEADER: 'header-of-the-identity-endpoint',
  MAILGRANT_OPENID_CLIENT_SECRET: 'client secret of the company',
};

it('knows every variable that the schema says is secret', () => {
  const secret = Object.entries(VARIABLES as Readonly<Record<string, Variable>>).filter(
    ([, variable]) => variable.secret,
  );
  expect(secret.map(([name]) => name).sort()).toEqual(Object.keys(environment).sort());
});

it('takes every secret of the settings out of each line, in the words of whoever repeats it', () => {
  const filter = createSecretFilter();
  const beside = {
    IDENTITY_ENDPOINT: 'http://127.0.0.1:1',
    MAILGRANT_OPENID_ISSUER: 'https://login.example',
    MAILGRANT_OPENID_CLIENT_ID: 'mailgrant',
    MAILGRANT_OPENID_ROLES: 'groups:staff=viewer',
  };
  for (const secret of secretsOf(loadConfig({ ...environment, ...beside }))) filter.register(secret);
  const written: string[] = [];
  const log = createLogger({
    level: 'info',
    filter,
    destination: { write: (line) => void written.push(line) },
  });
  const secrets = [
    environment.MAILGRANT_API_KEY,
    environment.MAILGRANT_ADMIN_PASSWORD,
    KEY.toString('base64'),
    KEY.toString('hex'),
    FORMER.toString('base64'),
    'p@ss-of-redis',
    'p%40ss-of-redis',
    environment.IDENTITY_HEADER,
    environment.MAILGRANT_OPENID_CLIENT_SECRET,
  ];
  for (const secret of secrets) log.info({ words: `a server said: ${secret}, is that yours?` }, secret);
  for (const secret of secrets) expect(written.join('')).not.toContain(secret);
  expect(written.join('').match(/\[removed\]/g)?.length).toBeGreaterThanOrEqual(2 * secrets.length);
});

it.each([
  ['redis://:only-a-password@host', ['only-a-password']],
  ['redis+cluster://user:of%2Fthe-cluster@a:1,b:2', ['of%2Fthe-cluster', 'of/the-cluster']],
  ['rediss://user:not%decodable@host', ['not%decodable']],
  ['redis://host:6379', []],
  ['unix:/var/run/redis.sock', []],
  [undefined, []],
])('finds the password in %s', (redisUrl, passwords) => {
  expect(secretsOf({ ...loadConfig({}), redisUrl })).toEqual(passwords);
});
