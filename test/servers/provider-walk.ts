/** What a browser does at the test authorization server, without one: follows redirects with its cookies, says who it is. */

/**
 * @param authorizationUrl to begin at
 * @param answer `user`: address of who signs in; `decline`
 * @returns where the server sends the browser back to
 */
export async function walkThrough(
  authorizationUrl: string,
  answer: { user: string } | { decline: true },
): Promise<URL> {
  const { origin } = new URL(authorizationUrl);
  const cookies = new Map<string, string>();
  let at = new URL(authorizationUrl);
  let form: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps += 1) {
    if (at.origin !== origin) return at;
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    form = undefined;
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) at = new URL(location, at);
    else if (response.status === 200 && at.pathname.startsWith('/interaction/'))
      form = new URLSearchParams('user' in answer ? { user: answer.user } : { decline: 'yes' });
    else throw new Error(`HTTP ${response.status} at ${at.pathname}: ${await response.text()}`);
  }
  throw new Error('the authorization server goes round in circles');
}
