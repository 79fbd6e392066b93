/** The SASL string of XOAUTH2 (EXCHANGE-ONLINE.md §1). */

/** @returns `undefined` when it is malformed */
export function readXoauth2(base64: string): { user: string; accessToken: string } | undefined {
  const [user, bearer, ...rest] = Buffer.from(base64, 'base64').toString().split('\u0001');
  if (!user?.startsWith('user=') || !bearer?.startsWith('auth=Bearer ') || rest.join('|') !== '|')
    return undefined;
  return { user: user.slice('user='.length), accessToken: bearer.slice('auth=Bearer '.length) };
}
