/** What a browser does between the authorization URL and the Callback URL, by plain HTTP: redirects, cookies, one form. */

/**
 * Signs in at the test's authorization server.
 * @param authorizationUrl where the sign-in begins
 * @param choice who to be, or that the user declines
 * @returns the redirected URL at the Callback URL, not yet requested
 */
export async function signInByHttp(
  authorizationUrl: string,
  choice: { user: string } | { decline: true },
): Promise<string> {
  const origin = new URL(authorizationUrl).origin;
  const cookies = new Map<string, string>();
  const submit = new URLSearchParams('user' in choice ? { user: choice.user } : { decline: 'yes' });
  let next: { url: string; init?: RequestInit } = { url: authorizationUrl };
  for (let hop = 0; hop < 20; hop++) {
    const answer = await fetch(next.url, {
      redirect: 'manual',
      ...next.init,
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location) {
      await answer.body?.cancel();
      const url = new URL(location, next.url);
      if (url.origin !== origin) return url.href;
      next = { url: url.href };
    } else if (answer.ok && next.init === undefined) {
      await answer.body?.cancel();
      next = { url: next.url, init: { method: 'POST', body: submit } };
    } else {
      throw new Error(`the authorization server answered ${answer.status}: ${await answer.text()}`);
    }
  }
  throw new Error('too many redirects');
}
