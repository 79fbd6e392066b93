/** What was granted against what is needed, with Exchange Online's names for one resource as data. Pure. */

/** Hosts that name the same mail resource in a scope (EXCHANGE-ONLINE.md §1). */
const SAME_RESOURCE: readonly string[] = ['outlook.office.com', 'outlook.office365.com'];

/** Mail permissions of Exchange Online; bare or under Graph they make a token that IMAP and SMTP refuse. */
const MAIL_PERMISSION = /^(imap\.accessasuser\.all|smtp\.send|pop\.accessasuser\.all)$/;
const GRAPH = 'https://graph.microsoft.com/';

/** Scopes that ask for an identity or a refresh token; servers need not name them in what they grant. */
const NOT_FOR_MAIL: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'offline_access',
  'address',
  'phone',
]);

/** @returns those of the needed scopes that nothing granted covers */
export function missingScopes({
  needed,
  granted,
}: {
  needed: readonly string[];
  granted: readonly string[];
}): string[] {
  const have = new Set(granted.map(comparable));
  return needed.filter((scope) => !NOT_FOR_MAIL.has(scope) && !have.has(comparable(scope)));
}

/** @returns granted mail permissions that are Graph's, though a mail server's were meant */
export function graphScopes(granted: readonly string[], asked: readonly string[]): string[] {
  // Where a bare name was neither asked for in full nor under Graph, the server simply has scopes of that name.
  const isExchange = [...granted, ...asked].some((scope) => scope.startsWith('https://'));
  return granted.filter((scope) => {
    const lower = scope.toLowerCase();
    if (lower.startsWith(GRAPH)) return MAIL_PERMISSION.test(lower.slice(GRAPH.length));
    return isExchange && MAIL_PERMISSION.test(lower);
  });
}

function comparable(scope: string): string {
  const lower = scope.toLowerCase();
  const host = SAME_RESOURCE.find((each) => lower.startsWith(`https://${each}/`));
  return host ? lower.replace(`https://${host}/`, `https://${SAME_RESOURCE[0]}/`) : lower;
}
