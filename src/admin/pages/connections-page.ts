/** The one page until the full UI: connections with their status and the buttons that mend them, connectors with their last success. */
import type { ConnectionView } from '../../setup/connection-view.js';
import type { ConnectorView } from '../../setup/connector-view.js';
import { type Html, html } from '../html.js';
import { page, problemSection, time, warningSection } from './layout.js';

export interface ShownConnection {
  connection: ConnectionView;
  connectors: ConnectorView[];
}

const STATUS: Readonly<Record<string, { text: string; look: string }>> = {
  authorized: { text: 'Authorized', look: 'good' },
  unauthorized: { text: 'Unauthorized', look: 'warn' },
  'reauthorization-required': { text: 'Reauthorization required', look: 'bad' },
  'application-error': { text: 'Application error', look: 'bad' },
};

const HEALTH: Readonly<Record<string, string>> = {
  ok: 'good',
  waiting: 'dim',
  paused: 'dim',
  backoff: 'warn',
};

/** @param options `next`: cursor of the next page; `notices`: what is wrong or unsafe with the service itself; `mayOperate`: buttons */
export function connectionsPage(
  shown: readonly ShownConnection[],
  { next, notices, mayOperate }: { next: string | null; notices: readonly string[]; mayOperate: boolean },
): Html {
  return page({
    title: 'Connections',
    isSignedIn: true,
    body: html`<h1>Connections</h1>
${notices.map((notice) => html`<section class="problem"><p>${notice}</p></section>`)}
${shown.length === 0 && html`<article>There is no connection yet. Create an application and a connection from a terminal (<code>mailgrant --help</code>) or with the API (<a href="/api/openapi.json">/api/openapi.json</a>).</article>`}
${shown.map((each) => connectionCard(each, mayOperate))}
${next !== null && html`<p><a class="button" href="/?cursor=${encodeURIComponent(next)}">More</a></p>`}`,
  });
}

function connectionCard({ connection, connectors }: ShownConnection, mayOperate: boolean): Html {
  const status = STATUS[connection.status] ?? { text: connection.status, look: 'warn' };
  const isOAuth = connection.authentication === 'oauth2';
  return html`<article id="${connection.id}">
<div class="head"><h2>${connection.name} <span class="badge ${status.look}">${status.text}</span></h2>
<div>${
    mayOperate &&
    html`${isOAuth && buttons(connection)}
<form method="post" action="/connections/${encodeURIComponent(connection.id)}/test-connection"><button>Test Connection</button></form>`
  }</div></div>
<dl>
<dt>User</dt><dd>${connection.user}</dd>
${
  isOAuth
    ? html`<dt>Signed in</dt><dd>${signedIn(connection)}</dd>
<dt>Access token until</dt><dd>${time(connection.accessTokenExpiresAt)}</dd>
<dt>Last refresh</dt><dd>${time(connection.lastRefreshAt)}</dd>`
    : html`<dt>Authentication</dt><dd>Basic</dd>`
}
</dl>
${connection.problem && problemSection(connection.problem)}
${connection.refreshProblem && problemSection(connection.refreshProblem)}
${connection.warnings.map(warningSection)}
${connectors.length > 0 && connectorTable(connectors, connection.problem?.code)}
</article>`;
}

/** Who is behind the tokens, for each kind of grant. */
function signedIn({ grant, identity, authenticatedUser, tokenMode }: ConnectionView): Html {
  if (grant === 'clientCredentials')
    return html`<span class="dim">${identity === 'application' ? 'the application itself (app-only)' : 'nobody; the application itself gets the token (app-only)'}</span>`;
  if (identity === 'asserted')
    return html`<span class="warn">asserted: an access token pasted by hand, which nobody proved to be of this user and nothing renews</span>`;
  const by = tokenMode === 'getAndRefresh' ? '' : html` <span class="dim">(Token Mode ${tokenMode})</span>`;
  return html`${authenticatedUser ?? html`<span class="dim">nobody</span>`}${by}`;
}

/** Get New Access Token; once a grant is held it reads Refresh Access Token, with "Sign in again" beside it. */
function buttons({ id, status, grant, tokenMode, identity }: ConnectionView): Html {
  const signIn = `/connections/${encodeURIComponent(id)}/get-new-access-token`;
  const refresh = `/connections/${encodeURIComponent(id)}/refresh-access-token`;
  const isHeld = status === 'authorized' || status === 'application-error';
  const refreshButton = html`<form method="post" action="${refresh}"><button class="main">Refresh Access Token</button></form>`;
  // No browser is involved: the application asks for its own token.
  if (grant === 'clientCredentials')
    return isHeld
      ? refreshButton
      : html`<form method="post" action="${refresh}"><button class="main">Get New Access Token</button></form>`;
  if (tokenMode !== 'getAndRefresh')
    return isHeld && tokenMode === 'refresh' && identity === 'proved'
      ? refreshButton
      : html`<span class="dim">Tokens are supplied by hand: mailgrant connections tokens ${id}</span>`;
  if (identity === 'asserted')
    return html`<form method="post" action="${signIn}"><button class="main">Sign in</button></form>`;
  const byCode =
    grant === 'deviceCode' &&
    html` <span class="dim">or with a code: mailgrant connections device ${id}</span>`;
  if (status === 'unauthorized')
    return html`<form method="post" action="${signIn}"><button class="main">Get New Access Token</button></form>${byCode}`;
  if (status === 'reauthorization-required')
    return html`<form method="post" action="${signIn}"><button class="main">Sign in again</button></form>`;
  return html`${refreshButton}
<form method="post" action="${signIn}"><button>Sign in again</button></form>`;
}

/** @param told code of the problem that the connection shows already: a connector that waits for it does not repeat it */
const connectorTable = (connectors: readonly ConnectorView[], told: string | undefined): Html => html`<table>
<thead><tr><th>Connector</th><th>Health</th><th>Last success</th><th>Next run</th></tr></thead>
<tbody>${connectors.map(
  ({ name, type, health }) => html`<tr>
<td>${name}<br><span class="dim">${type}</span></td>
<td><span class="badge ${HEALTH[health.status] ?? 'bad'}">${health.status}</span></td>
<td>${time(health.lastSuccessAt)}</td><td>${time(health.nextRunAt)}</td></tr>
${health.problem && health.problem.code !== told && html`<tr><td colspan="4">${problemSection(health.problem)}</td></tr>`}`,
)}</tbody></table>`;
