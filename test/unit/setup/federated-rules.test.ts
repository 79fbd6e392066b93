import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../../config/providers.js';
import { federatedFaults } from '../../../src/setup/federated-rules.js';
import type { ApplicationSettings } from '../../../src/setup/model.js';

const faultsOf = (settings: Partial<ApplicationSettings>, audience?: string): string[] =>
  federatedFaults(
    {
      name: 'Mail app',
      provider: 'custom',
      clientId: 'client-1',
      clientAuth: {
        method: 'federatedCredential',
        source: 'file',
        file: '/run/secrets/token',
        ...(audience !== undefined && { audience }),
      },
      ...settings,
    },
    PROVIDERS,
  ).map(({ path }) => path);

describe('a federated token for another service than the exchange of tokens', () => {
  const own = { issuer: 'https://id.example', accessTokenUrl: 'https://id.example/token' };

  it.each(['https://id.example', 'https://id.example/', 'https://id.example/token'])(
    'goes to the server that it is for: %s',
    (audience) => {
      expect(faultsOf(own, audience)).toEqual([]);
      expect(faultsOf({ issuer: 'https://id.example' }, audience)).toEqual([]);
    },
  );

  it.each([
    'sts.amazonaws.com',
    'vault',
    'api://AzureADTokenExchange.evil',
    'https://id.example.evil',
    'https://id.example@evil.example/',
    'http://id.example',
  ])('goes nowhere else: %s', (audience) => {
    expect(faultsOf(own, audience)).toEqual(['/clientAuth/audience']);
  });

  it('follows where it is sent to, and not who is named as the issuer', () => {
    const stolen = { issuer: 'https://id.example', accessTokenUrl: 'https://evil.example/token' };
    expect(faultsOf(stolen, 'https://id.example')).toEqual(['/clientAuth/audience']);
  });
});

describe('a federated token for the exchange of tokens', () => {
  it.each(['https://login.microsoftonline.com/x/token', 'https://login.microsoftonline.us/x/token'])(
    'goes to a cloud of Microsoft: %s',
    (accessTokenUrl) => {
      expect(faultsOf({ issuer: accessTokenUrl, accessTokenUrl })).toEqual([]);
    },
  );

  it.each(['https://oauth2.googleapis.com/token', 'https://evil.example/token'])(
    'goes to nobody else, known or not: %s',
    (accessTokenUrl) => {
      expect(faultsOf({ issuer: accessTokenUrl, accessTokenUrl })).toEqual(['/accessTokenUrl']);
    },
  );
});
