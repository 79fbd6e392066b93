/** What of a client credential is refused though it has the right form. */
import { expect, it } from 'vitest';
import { splitClientAuth } from '../../../src/setup/client-auth.js';

it('refuses an end of a secret that is no date: nobody would be warned of it', () => {
  const input = { method: 'clientSecret', clientSecret: 'a', secondClientSecret: 'b' } as const;
  const split = (dates: object) => splitClientAuth({ ...input, ...dates }, { now: 0 });
  expect(split({ expiresAt: '2027-02-28', secondExpiresAt: '2028-02-29T12:00:00Z' })).not.toHaveProperty(
    'faults',
  );
  expect(split({ expiresAt: '2027-02-31', secondExpiresAt: '2027-13-01' })).toMatchObject({
    faults: [{ path: '/clientAuth/expiresAt' }, { path: '/clientAuth/secondExpiresAt' }],
  });
});
