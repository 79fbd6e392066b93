/** A client assertion signed with the application's certificate (RFC 7523 §2.2, "Microsoft identity platform application authentication certificate credentials"). */
import { createPrivateKey } from 'node:crypto';
import { type ClientAuth, modifyAssertion, PrivateKeyJwt } from 'openid-client';
import type { ClientAuth as Settings } from '../../setup/model.js';

/** For servers whose clock is behind ours. */
const BEFORE_SECONDS = 60;
/** Five to ten minutes in all (EXCHANGE-ONLINE.md §3). */
const LIFETIME_SECONDS = 8 * 60;

const KEY_OF = {
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
} as const;

/**
 * @param settings of the certificate: algorithm and thumbprint
 * @param privateKey PEM, PKCS #8
 * @param tokenEndpoint the audience: Entra takes nothing else
 * @throws what WebCrypto throws for a key that is none
 */
export async function certificateAssertion(
  { algorithm = 'PS256', thumbprint }: Extract<Settings, { method: 'certificate' }>,
  privateKey: string,
  tokenEndpoint: string,
): Promise<ClientAuth> {
  const der = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' });
  const key = await crypto.subtle.importKey('pkcs8', der, KEY_OF[algorithm], false, ['sign']);
  return PrivateKeyJwt(key, {
    [modifyAssertion](header, payload) {
      header['x5t#S256'] = thumbprint;
      header.typ = 'JWT';
      const now = Number(payload.nbf);
      payload.aud = tokenEndpoint;
      payload.nbf = now - BEFORE_SECONDS;
      payload.exp = now - BEFORE_SECONDS + LIFETIME_SECONDS;
    },
  });
}
