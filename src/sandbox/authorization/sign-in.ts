/** Signs in without a browser: walks the same pages over real HTTP that a person would. */

/** What the pretended person does. */
export interface SignInChoice {
  /** UPN or address of the account to be. */
  as?: string;
  /** Press Cancel. */
  decline?: boolean;
  /** Grant only these scopes of what was asked. */
  grantOnly?: string[];
}

/**
 * @param authorizationUrl what the application would open in a browser
 * @returns the URL that the browser is sent back to; it is not opened
 * @throws Error with the page's text when the server shows an error page and sends nobody back
 */
export async function signInOverHttp(authorizationUrl: string, choice: SignInChoice): Promise<string> {
  const shown = await fetch(authorizationUrl, { redirect: 'manual' });
  const early = shown.headers.get('location');
  const html = await shown.text();
  if (early) return early;
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  if (!action) throw new Error(`the sign-in page says: ${textOf(html)}`);
  const form = new URLSearchParams();
  if (choice.decline) form.set('decline', 'yes');
  else form.set('as', choice.as ?? '');
  if (choice.grantOnly) form.set('scope', choice.grantOnly.join(' '));
  const answered = await fetch(
    new URL(action.replaceAll('&amp;', '&').replaceAll('&#39;', "'"), authorizationUrl),
    {
      method: 'POST',
      body: form,
      redirect: 'manual',
    },
  );
  const location = answered.headers.get('location');
  const text = await answered.text();
  if (!location) throw new Error(`the sign-in page says: ${textOf(text)}`);
  return location;
}

const textOf = (html: string): string =>
  html
    .replace(/<(style|title)>[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .trim();
