/**
 * What the admin API takes and answers, for the typed client.
 * Made from /api/openapi.json by `npx tsx test/architecture/api-types.ts`; do not edit.
 */

export interface paths {
"/api/openapi.json": {
get: {
parameters: {

}
responses: {
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/applications": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: Application[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
name: string
/**
 * Provider preset.
 */
provider: ("exchange-online" | "exchange-online-gcc-high" | "exchange-online-dod" | "exchange-online-21vianet" | "outlook.com" | "gmail" | "yahoo" | "fastmail" | "custom")
/**
 * Directory (tenant) ID, or organizations, common, consumers.
 */
tenant?: string
/**
 * Issuer; needed with provider custom. Discovery starts there.
 */
issuer?: string
/**
 * Auth URL, where the preset or discovery gives none.
 */
authUrl?: string
/**
 * Access Token URL, where the preset or discovery gives none.
 */
accessTokenUrl?: string
/**
 * Client Id; Entra: Application (client) ID.
 */
clientId: string
clientAuth: ({
method: "clientSecret"
/**
 * Client Secret: its value, not its id. Sealed at rest and never answered.
 */
clientSecret: string
/**
 * The date the secret ends on, ISO 8601.
 */
expiresAt?: string
/**
 * A second Client Secret, used at once when the first is refused: rotation without a gap. clientSecret: null puts it in the place of the first.
 */
secondClientSecret?: string
/**
 * The date the second secret ends on, ISO 8601.
 */
secondExpiresAt?: string
/**
 * Where the secret travels; automatic: as the metadata of the server offers it.
 */
transport?: ("automatic" | "body" | "basic")
} | {
method: "certificate"
/**
 * The certificate, PEM; with privateKey. Register the same at the provider.
 */
certificate?: string
/**
 * Its private key, PEM: RSA, at least 2048 bits. Sealed at rest and never answered.
 */
privateKey?: string
/**
 * Certificate and private key as PFX (PKCS #12), base64; in the place of both.
 */
pfx?: string
/**
 * Of an encrypted private key, or of the PFX; used once and not kept.
 */
passphrase?: string
/**
 * What the assertion is signed with; PS256 unless given.
 */
algorithm?: ("PS256" | "RS256")
} | {
method: "none"
} | {
method: "managedIdentity"
/**
 * Which identity of the Azure machine; userAssigned: the one whose Client ID is the Client Id. systemAssigned unless given.
 */
identity?: ("systemAssigned" | "userAssigned")
} | {
method: "federatedCredential"
/**
 * Where the token comes from that is the client assertion.
 */
source: ("managedIdentity" | "file")
/**
 * Absolute path of the token, with source file; read anew each time. AZURE_FEDERATED_TOKEN_FILE unless given.
 */
file?: string
/**
 * Audience of the token; api://AzureADTokenExchange unless given.
 */
audience?: string
/**
 * Client ID of the user-assigned identity, where the machine has several.
 */
identityClientId?: string
})
/**
 * Callback URL, where it is not that of this service (http://localhost:33333, say).
 */
callbackUrl?: string
}
}
}
responses: {
201: {
content: {
"application/json": Application
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/applications/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Application
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
patch: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
requestBody: {
content: {
/**
 * Merge patch (RFC 7396): null removes.
 */
"application/json": {
name?: string
/**
 * Provider preset.
 */
provider?: ("exchange-online" | "exchange-online-gcc-high" | "exchange-online-dod" | "exchange-online-21vianet" | "outlook.com" | "gmail" | "yahoo" | "fastmail" | "custom")
/**
 * Directory (tenant) ID, or organizations, common, consumers.
 */
tenant?: string
/**
 * Issuer; needed with provider custom. Discovery starts there.
 */
issuer?: string
/**
 * Auth URL, where the preset or discovery gives none.
 */
authUrl?: string
/**
 * Access Token URL, where the preset or discovery gives none.
 */
accessTokenUrl?: string
/**
 * Client Id; Entra: Application (client) ID.
 */
clientId?: string
clientAuth?: ({
method: "clientSecret"
/**
 * Client Secret: its value, not its id. Sealed at rest and never answered.
 */
clientSecret: string
/**
 * The date the secret ends on, ISO 8601.
 */
expiresAt?: string
/**
 * A second Client Secret, used at once when the first is refused: rotation without a gap. clientSecret: null puts it in the place of the first.
 */
secondClientSecret?: string
/**
 * The date the second secret ends on, ISO 8601.
 */
secondExpiresAt?: string
/**
 * Where the secret travels; automatic: as the metadata of the server offers it.
 */
transport?: ("automatic" | "body" | "basic")
} | {
method: "certificate"
/**
 * The certificate, PEM; with privateKey. Register the same at the provider.
 */
certificate?: string
/**
 * Its private key, PEM: RSA, at least 2048 bits. Sealed at rest and never answered.
 */
privateKey?: string
/**
 * Certificate and private key as PFX (PKCS #12), base64; in the place of both.
 */
pfx?: string
/**
 * Of an encrypted private key, or of the PFX; used once and not kept.
 */
passphrase?: string
/**
 * What the assertion is signed with; PS256 unless given.
 */
algorithm?: ("PS256" | "RS256")
} | {
method: "none"
} | {
method: "managedIdentity"
/**
 * Which identity of the Azure machine; userAssigned: the one whose Client ID is the Client Id. systemAssigned unless given.
 */
identity?: ("systemAssigned" | "userAssigned")
} | {
method: "federatedCredential"
/**
 * Where the token comes from that is the client assertion.
 */
source: ("managedIdentity" | "file")
/**
 * Absolute path of the token, with source file; read anew each time. AZURE_FEDERATED_TOKEN_FILE unless given.
 */
file?: string
/**
 * Audience of the token; api://AzureADTokenExchange unless given.
 */
audience?: string
/**
 * Client ID of the user-assigned identity, where the machine has several.
 */
identityClientId?: string
})
/**
 * Callback URL, where it is not that of this service (http://localhost:33333, say).
 */
callbackUrl?: string
}
}
}
responses: {
200: {
content: {
"application/json": Application
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/applications/{id}/admin-consent": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": ({
/**
 * For the application permissions of app-only connections.
 */
appOnly?: boolean
} | null)
}
}
responses: {
200: {
content: {
"application/json": {
adminConsentUrl: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/providers": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
items: Provider[]
nextCursor: null
/**
 * To be registered at the provider.
 */
callbackUrl: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
application?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: Connection[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
name: string
/**
 * Application to sign in through (OAuth 2.0).
 */
application?: string
/**
 * Basic authentication, instead of an application.
 */
basic?: {
/**
 * Password (Basic). Sealed at rest and never answered.
 */
password: string
}
/**
 * The mailbox address.
 */
user: string
/**
 * Scope; empty: what the provider needs for the endpoints there are.
 */
scope?: (string | string[])
/**
 * authorizationCode: signed in in a browser; deviceCode: with a code on another device; clientCredentials: the application itself, with no user (app-only).
 */
grant?: ("authorizationCode" | "deviceCode" | "clientCredentials")
/**
 * getAndRefresh: signed in here and refreshed by itself; refresh: tokens are supplied once and refreshed by itself, no sign-in is started here; off: access tokens are supplied by hand (InitiateOAuth).
 */
tokenMode?: ("getAndRefresh" | "refresh" | "off")
/**
 * IMAP endpoint; the provider's where left out.
 */
imap?: {
/**
 * IMAP server.
 */
host: string
port?: number
/**
 * TLS Type. Automatic goes by the port; None is for loopback only.
 */
tlsType?: ("Automatic" | "STARTTLS" | "SSL/TLS" | "None")
}
/**
 * SMTP endpoint; the provider's where left out.
 */
smtp?: {
/**
 * SMTP server.
 */
host: string
port?: number
/**
 * TLS Type. Automatic goes by the port; None is for loopback only.
 */
tlsType?: ("Automatic" | "STARTTLS" | "SSL/TLS" | "None")
}
}
}
}
responses: {
201: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
patch: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
requestBody: {
content: {
/**
 * Merge patch (RFC 7396): null removes.
 */
"application/json": {
name?: string
/**
 * Application to sign in through (OAuth 2.0).
 */
application?: string
/**
 * Basic authentication, instead of an application.
 */
basic?: {
/**
 * Password (Basic). Sealed at rest and never answered.
 */
password: string
}
/**
 * The mailbox address.
 */
user?: string
/**
 * Scope; empty: what the provider needs for the endpoints there are.
 */
scope?: (string | string[])
/**
 * authorizationCode: signed in in a browser; deviceCode: with a code on another device; clientCredentials: the application itself, with no user (app-only).
 */
grant?: ("authorizationCode" | "deviceCode" | "clientCredentials")
/**
 * getAndRefresh: signed in here and refreshed by itself; refresh: tokens are supplied once and refreshed by itself, no sign-in is started here; off: access tokens are supplied by hand (InitiateOAuth).
 */
tokenMode?: ("getAndRefresh" | "refresh" | "off")
/**
 * IMAP endpoint; the provider's where left out.
 */
imap?: {
/**
 * IMAP server.
 */
host: string
port?: number
/**
 * TLS Type. Automatic goes by the port; None is for loopback only.
 */
tlsType?: ("Automatic" | "STARTTLS" | "SSL/TLS" | "None")
}
/**
 * SMTP endpoint; the provider's where left out.
 */
smtp?: {
/**
 * SMTP server.
 */
host: string
port?: number
/**
 * TLS Type. Automatic goes by the port; None is for loopback only.
 */
tlsType?: ("Automatic" | "STARTTLS" | "SSL/TLS" | "None")
}
}
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/authorize": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
authorizationUrl: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/exchange": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": {
code?: string
redirectedUrl?: string
}
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/device": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": DeviceSignIn
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": DeviceSignIn
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/tokens": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": {
/**
 * Taken as it is where no refresh token comes with it, and shown as asserted.
 */
accessToken?: string
/**
 * Refreshed once, and checked like a sign-in; what it yields is used.
 */
refreshToken?: string
/**
 * When a bare access token ends; an hour from now if left out.
 */
expiresAt?: string
}
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/refresh": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/app-only-setup": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
cmdlets: string[]
toFillIn: {
placeholder: string
where: string
}[]
notes: string[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/sign-out": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
id: string
version: number
name: string
/**
 * oauth2 or basic
 */
authentication: string
application?: string
user: string
/**
 * As entered; empty: the provider's.
 */
scope: string[]
/**
 * authorizationCode, deviceCode or clientCredentials
 */
grant: string
/**
 * getAndRefresh, refresh or off
 */
tokenMode: string
imap?: {
host: string
port: number
tlsType: string
}
smtp?: {
host: string
port: number
tlsType: string
}
/**
 * unauthorized, authorized, reauthorization-required or application-error
 */
status: string
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
refreshProblem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
/**
 * What will stop it and has not yet: each as a problem.
 */
warnings: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}[]
/**
 * Who is behind the tokens: proved (the server said who signed in), asserted (an access token that was pasted; nobody proved whose it is), application (app-only), or null.
 */
identity: (string | null)
authenticatedUser: (string | null)
grantedScope: string[]
accessTokenExpiresAt: (string | null)
lastRefreshAt: (string | null)
createdAt: string
/**
 * What became of the tokens at the provider; here they are forgotten in any case.
 */
revocation: {
/**
 * revoked, not-offered, nothing-held or failed
 */
outcome: string
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
connection?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: Connector[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
name: string
/**
 * Connector type, such as email-receive.
 */
type: string
/**
 * Connection it is bound to.
 */
connection: string
enabled?: boolean
/**
 * Settings of the connector type (GET /connector-types); unknown ones are refused.
 */
settings?: {
[k: string]: unknown
}
}
}
}
responses: {
201: {
content: {
"application/json": Connector
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Connector
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
patch: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
requestBody: {
content: {
/**
 * Merge patch (RFC 7396): null removes.
 */
"application/json": {
name?: string
/**
 * Connector type, such as email-receive.
 */
type?: string
/**
 * Connection it is bound to.
 */
connection?: string
enabled?: boolean
/**
 * Settings of the connector type (GET /connector-types); unknown ones are refused.
 */
settings?: {
[k: string]: unknown
}
}
}
}
responses: {
200: {
content: {
"application/json": Connector
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}/run": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
202: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}/reset": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Connector
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}/copy": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": {
name: string
}
}
}
responses: {
201: {
content: {
"application/json": Connector
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/test": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/x-ndjson": ({
/**
 * resolve, tcp, tls, greeting, token, authenticate; then select and postProcessing (IMAP) or envelope (SMTP); then webhook or directory.
 */
step: string
/**
 * imap, smtp, or destination.
 */
protocol: string
status: ("ok" | "failed")
durationMs: number
/**
 * What was seen.
 */
detail: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
} | {
result: ("ok" | "failed")
})
"application/json": {
steps: {
/**
 * resolve, tcp, tls, greeting, token, authenticate; then select and postProcessing (IMAP) or envelope (SMTP); then webhook or directory.
 */
step: string
/**
 * imap, smtp, or destination.
 */
protocol: string
status: ("ok" | "failed")
durationMs: number
/**
 * What was seen.
 */
detail: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
}[]
result: ("ok" | "failed")
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}/test": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/x-ndjson": ({
/**
 * resolve, tcp, tls, greeting, token, authenticate; then select and postProcessing (IMAP) or envelope (SMTP); then webhook or directory.
 */
step: string
/**
 * imap, smtp, or destination.
 */
protocol: string
status: ("ok" | "failed")
durationMs: number
/**
 * What was seen.
 */
detail: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
} | {
result: ("ok" | "failed")
})
"application/json": {
steps: {
/**
 * resolve, tcp, tls, greeting, token, authenticate; then select and postProcessing (IMAP) or envelope (SMTP); then webhook or directory.
 */
step: string
/**
 * imap, smtp, or destination.
 */
protocol: string
status: ("ok" | "failed")
durationMs: number
/**
 * What was seen.
 */
detail: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
}[]
result: ("ok" | "failed")
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connectors/{id}/messages": {
post: {
parameters: {
path: {
id: string
}
header?: {
"idempotency-key"?: string
}
}
requestBody: {
content: {
"application/json": {
/**
 * One or more addresses, each bare or as `Name <address>`.
 */
to?: (string | string[])
/**
 * One or more addresses, each bare or as `Name <address>`.
 */
cc?: (string | string[])
/**
 * One or more addresses, each bare or as `Name <address>`.
 */
bcc?: (string | string[])
/**
 * One or more addresses, each bare or as `Name <address>`.
 */
replyTo?: (string | string[])
/**
 * Blank, or the connection's User; anything else is refused (from-mismatch).
 */
from?: (string | string[])
subject?: string
text?: string
html?: string
attachments?: {
filename: string
contentType?: string
/**
 * base64
 */
content: string
/**
 * For `cid:` in the HTML.
 */
contentId?: string
}[]
/**
 * Further header fields. From, recipients, dates, ids and MIME fields have their own place.
 */
headers?: {
[k: string]: string | string[]
}
inReplyTo?: string
references?: (string | string[])
/**
 * ISO 8601 with a time zone; not before then.
 */
sendAt?: string
}
}
}
responses: {
202: {
content: {
"application/json": {
id: string
status: string
/**
 * The proposed Message-ID; the server may assign its own.
 */
messageId: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
get: {
parameters: {
query?: {
limit?: number
cursor?: string
status?: string
since?: string
until?: string
q?: string
waiting?: boolean
}
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
items: {
id: string
connector: string
connection: string
/**
 * inbound or outbound
 */
direction: string
status: string
createdAt: string
messageId: (string | null)
serverMessageId?: string
from: string
to: string[]
subject: string
size: number
sendAt?: string
nextAttemptAt?: string
attempts: number
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
mailbox?: string
uid?: number
uidValidity?: string
log: {
at: string
status: string
/**
 * The process that did it.
 */
owner?: string
attempt?: number
/**
 * The server's reply, whole.
 */
reply?: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
accepted?: string[]
rejected?: {
address: string
reply: string
}[]
serverMessageId?: string
retryAt?: string
/**
 * Who asked for it: an API key id, environment or page.
 */
by?: string
}[]
/**
 * When it is looked at next; of what waits alone.
 */
dueAt?: string
}[]
/**
 * null at the end
 */
nextCursor: (string | null)
/**
 * Up to when the messages were looked through, where nextCursor goes on; null at the end.
 */
searchedUntil: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Message
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/retry": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Message
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/cancel": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Message
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/redeliver": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Message
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
status?: string
since?: string
until?: string
q?: string
waiting?: boolean
direction?: ("inbound" | "outbound")
connector?: string
connection?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: {
id: string
connector: string
connection: string
/**
 * inbound or outbound
 */
direction: string
status: string
createdAt: string
messageId: (string | null)
serverMessageId?: string
from: string
to: string[]
subject: string
size: number
sendAt?: string
nextAttemptAt?: string
attempts: number
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
mailbox?: string
uid?: number
uidValidity?: string
log: {
at: string
status: string
/**
 * The process that did it.
 */
owner?: string
attempt?: number
/**
 * The server's reply, whole.
 */
reply?: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
accepted?: string[]
rejected?: {
address: string
reply: string
}[]
serverMessageId?: string
retryAt?: string
/**
 * Who asked for it: an API key id, environment or page.
 */
by?: string
}[]
/**
 * When it is looked at next; of what waits alone.
 */
dueAt?: string
}[]
/**
 * null at the end
 */
nextCursor: (string | null)
/**
 * Up to when the messages were looked through, where nextCursor goes on; null at the end.
 */
searchedUntil: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/bulk": {
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
action: ("retry" | "cancel" | "redeliver")
ids: string[]
/**
 * By id, as the asker saw it: what has another status by now is refused.
 */
statuses?: {
[k: string]: string
}
}
}
}
responses: {
200: {
content: {
"application/json": {
/**
 * One for each id, in their order.
 */
items: {
id: string
/**
 * null where it failed
 */
status: (string | null)
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/content": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": MessageContent
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/preview": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"text/html": string
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/source": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"message/rfc822": string
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/messages/{id}/attachments/{index}": {
get: {
parameters: {
path: {
id: string
index: number
}
}
responses: {
200: {
content: {
"application/octet-stream": string
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/overview": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
ids?: string
since?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: Overview[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/statistics": {
get: {
parameters: {
query?: {
from?: string
to?: string
connector?: string
}
}
responses: {
200: {
content: {
"application/json": Statistics
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/statistics/budgets": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: MailboxBudget[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/events": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
subject?: string
lastEventId?: string
}
header?: {
"last-event-id"?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: ChangeEvent[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
"text/event-stream": string
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connector-types": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
items: ConnectorType[]
nextCursor: null
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/alerts": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
status?: ("open" | "resolved")
}
}
responses: {
200: {
content: {
"application/json": {
items: Alert[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/alert-channels": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: AlertChannel[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": ({
type: "webhook"
name: string
enabled?: boolean
/**
 * critical: only what has stopped.
 */
minimumSeverity?: ("warning" | "critical")
/**
 * Kinds of alerts that it is told of; all unless given.
 */
only?: ("application-failed" | "connection-stopped" | "refresh-failing" | "connector-failing" | "connector-stale" | "credential-ends" | "sign-in-ends" | "quarantine" | "service")[]
/**
 * Where alerts are posted (Standard Webhooks); any 2xx confirms.
 */
url: string
/**
 * Signs each request: "whsec_" and 24 to 64 random bytes in base64. Never answered.
 */
secret: string
} | {
type: "mail"
name: string
enabled?: boolean
/**
 * critical: only what has stopped.
 */
minimumSeverity?: ("warning" | "critical")
/**
 * Kinds of alerts that it is told of; all unless given.
 */
only?: ("application-failed" | "connection-stopped" | "refresh-failing" | "connector-failing" | "connector-stale" | "credential-ends" | "sign-in-ends" | "quarantine" | "service")[]
/**
 * Email Send connector that the mail goes out by; its connection is the sender.
 */
connector: string
/**
 * One or more bare addresses.
 */
to: (string | string[])
})
}
}
responses: {
201: {
content: {
"application/json": AlertChannel
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/alert-channels/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": AlertChannel
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
patch: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
requestBody: {
content: {
/**
 * Merge patch (RFC 7396): null removes.
 */
"application/json": {

}
}
}
responses: {
200: {
content: {
"application/json": AlertChannel
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/alert-channels/{id}/test": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
/**
 * webhook-id of the notice
 */
id: string
/**
 * Message that it goes out as; mail only.
 */
message: (string | null)
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/api-keys": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: ApiKey[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
name: string
/**
 * read: look. operate: also send, run and sign in. admin: everything.
 */
scopes: ("read" | "operate" | "admin")[]
}
}
}
responses: {
201: {
content: {
"application/json": {
id: string
name: string
scopes: string[]
createdAt: string
/**
 * The key. It is not stored and cannot be shown again.
 */
key: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/api-keys/{id}": {
delete: {
parameters: {
path: {
id: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/people": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: Person[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
/**
 * As they sign in; no two alike.
 */
name: string
/**
 * viewer: looks. operator: also sends, runs and signs mailboxes in. admin: everything.
 */
role: ("viewer" | "operator" | "admin")
}
}
}
responses: {
201: {
content: {
"application/json": {
person: Person
/**
 * One-time link that sets the password; to be handed to the person. Shown once, works a day.
 */
url: string
expiresAt: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/people/{id}": {
get: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": Person
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
patch: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
requestBody: {
content: {
"application/json": {
/**
 * As they sign in; no two alike.
 */
name?: string
/**
 * viewer: looks. operator: also sends, runs and signs mailboxes in. admin: everything.
 */
role?: ("viewer" | "operator" | "admin")
/**
 * true: cannot sign in; sessions end at once.
 */
disabled?: boolean
}
}
}
responses: {
200: {
content: {
"application/json": Person
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {
path: {
id: string
}
header?: {
"if-match"?: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/people/removed": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
items: {
id: string
name: string
issuer: string
subject: string
removedAt: string
}[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/people/removed/{id}": {
delete: {
parameters: {
path: {
id: string
}
}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/people/{id}/invite": {
post: {
parameters: {
path: {
id: string
}
}
responses: {
200: {
content: {
"application/json": {
person: Person
/**
 * One-time link that sets the password; to be handed to the person. Shown once, works a day.
 */
url: string
expiresAt: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/session": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": Session
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
/**
 * Name of the person.
 */
name: string
/**
 * Password, or an API key with the scope admin.
 */
password: string
}
}
}
responses: {
200: {
content: {
"application/json": Session
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
delete: {
parameters: {

}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/session/all": {
delete: {
parameters: {

}
responses: {
204: {
content: {

}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/session/password": {
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
/**
 * As it is now.
 */
oldPassword: string
/**
 * At least 12 characters, and not easy to guess.
 */
newPassword: string
}
}
}
responses: {
200: {
content: {
"application/json": Session
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/session/set-up": {
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
/**
 * What the link carries after token= (an invitation) or link= (the set-up link).
 */
token: string
/**
 * Name to sign in with.
 */
name: string
/**
 * At least 12 characters, and not easy to guess.
 */
password: string
}
}
}
responses: {
200: {
content: {
"application/json": Session
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/session/invitation": {
post: {
parameters: {

}
requestBody: {
content: {
"application/json": {
/**
 * What the link carries after token= (an invitation) or link= (the set-up link).
 */
token: string
/**
 * At least 12 characters, and not easy to guess.
 */
password: string
}
}
}
responses: {
200: {
content: {
"application/json": Session
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/audit": {
get: {
parameters: {
query?: {
limit?: number
cursor?: string
subject?: string
actor?: string
action?: string
since?: string
until?: string
}
}
responses: {
200: {
content: {
"application/json": {
items: AuditEntry[]
/**
 * null at the end
 */
nextCursor: (string | null)
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/export": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": {
/**
 * Protects the file; at least 12 characters. It is not kept, and nobody can recover it.
 */
passphrase: string
/**
 * End the grant here once the file is made; needed where two users of one grant would end it.
 */
move?: boolean
}
}
}
responses: {
200: {
content: {
"application/json": {
/**
 * A grant, encrypted with a passphrase.
 */
file: {
format: "mailgrant-grant"
version: 1
createdAt: string
kdf: {
name: "scrypt"
/**
 * CPU and memory cost, a power of two.
 */
N: number
r: number
p: number
salt: string
}
cipher: {
name: "aes-256-gcm"
nonce: string
tag: string
}
content: string
checksum: string
}
warnings: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/connections/{id}/import": {
post: {
parameters: {
path: {
id: string
}
}
requestBody: {
content: {
"application/json": {
/**
 * The file of the export, as it is.
 */
file: {
[k: string]: unknown
}
passphrase: string
}
}
}
responses: {
200: {
content: {
"application/json": Connection
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/setup/export": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
format: "mailgrant-setup"
version: 1
exportedAt?: string
/**
 * As POST /applications takes them.
 */
applications: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
provider: string
}[]
/**
 * As POST /connections takes them; application is a ref.
 */
connections: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
user: string
/**
 * ref of its application
 */
application?: string
}[]
/**
 * As POST /connectors takes them; connection is a ref.
 */
connectors: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
type: string
/**
 * ref of its connection
 */
connection: string
}[]
/**
 * As POST /alert-channels takes them; connector is a ref.
 */
alertChannels: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
type: string
/**
 * ref of the connector that it sends by
 */
connector?: string
}[]
[k: string]: unknown
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/setup/import": {
post: {
parameters: {
query?: {
dryRun?: boolean
onExisting?: ("skip" | "update")
}
}
requestBody: {
content: {
"application/json": {
format: "mailgrant-setup"
version: 1
exportedAt?: string
/**
 * As POST /applications takes them.
 */
applications?: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
provider: string
}[]
/**
 * As POST /connections takes them; application is a ref.
 */
connections?: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
user: string
/**
 * ref of its application
 */
application?: string
}[]
/**
 * As POST /connectors takes them; connection is a ref.
 */
connectors?: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
type: string
/**
 * ref of its connection
 */
connection: string
}[]
/**
 * As POST /alert-channels takes them; connector is a ref.
 */
alertChannels?: {
/**
 * What the others name it by; the id it had, or any name.
 */
ref: string
name: string
/**
 * JSON pointers into the item: secrets that it has, and that are not exported.
 */
secrets?: string[]
type: string
/**
 * ref of the connector that it sends by
 */
connector?: string
}[]
}
}
}
responses: {
200: {
content: {
"application/json": {
dryRun: boolean
items: {
list: string
ref: string
name: string
/**
 * created, updated, skipped or faulty; of a dry run what it would be
 */
status: string
id?: string
/**
 * JSON pointers of secrets that are to be entered now.
 */
secrets: string[]
faults: {
path: string
message: string
}[]
}[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/api/v1/service/reseal": {
post: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
/**
 * Id of the key that everything is sealed with now.
 */
keyId: string
kinds: {
kind: string
/**
 * Sealed anew by this run.
 */
resealed: number
/**
 * Sealed with that key, in the end.
 */
current: number
/**
 * Sealed with another one, in the end: key id and how many.
 */
remaining: {
[k: string]: number
}
}[]
/**
 * 0: the previous keys are needed no more.
 */
remaining: number
/**
 * Records and fields that no key opens, some of them.
 */
unreadable: string[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/livez": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
status: string
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/readyz": {
get: {
parameters: {

}
responses: {
200: {
content: {
"application/json": {
/**
 * ready or not-ready
 */
status: string
checks: {
name: string
ok: boolean
detail?: string
}[]
}
}
}
503: {
content: {
"application/json": {
/**
 * ready or not-ready
 */
status: string
checks: {
name: string
ok: boolean
detail?: string
}[]
}
}
}
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/metrics": {
get: {
parameters: {

}
responses: {
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
"/oauth/callback": {
get: {
parameters: {

}
responses: {
default: {
content: {
"application/problem+json": Problem
}
}
}
}
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
/**
 * /problems#<code>: what the code means, on this service
 */
type: string
status: number
/**
 * The id of this request, as in the log.
 */
instance: string
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Application".
 */
export interface Application {
id: string
version: number
name: string
provider: string
tenant?: string
issuer?: string
authUrl?: string
accessTokenUrl?: string
clientId: string
clientAuth: {
method: string
/**
 * When the secret or the certificate ends.
 */
expiresAt?: string
secondExpiresAt?: string
/**
 * kept: there is a second Client Secret; inUse: the first is refused and the second works.
 */
secondSecret?: string
transport?: string
algorithm?: string
/**
 * Subject of the certificate.
 */
subject?: string
/**
 * x5t#S256 of the certificate: SHA-256, base64url.
 */
thumbprint?: string
identity?: string
source?: string
file?: string
audience?: string
identityClientId?: string
}
/**
 * The redirect URI to register at the provider.
 */
callbackUrl: string
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
/**
 * What will stop it and has not yet: each as a problem.
 */
warnings: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}[]
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Provider".
 */
export interface Provider {
name: string
title: string
/**
 * {tenant} stands for the tenant, here and below.
 */
issuer?: string
authUrl?: string
accessTokenUrl?: string
/**
 * The tenant that is implied.
 */
tenant?: string
tenantRequired: boolean
scope: {
imap: string[]
smtp: string[]
/**
 * Added to every scope.
 */
always: string[]
/**
 * Asked for by the application itself; null: there is no such thing.
 */
appOnly: (string | null)
}
imap?: {
host: string
port: number
/**
 * Automatic, STARTTLS, SSL/TLS or None
 */
tlsType: string
}
smtp?: {
host: string
port: number
/**
 * Automatic, STARTTLS, SSL/TLS or None
 */
tlsType: string
}
/**
 * Whether a device code can be asked for without discovery.
 */
hasDeviceCode: boolean
hasAdminConsent: boolean
basicRefused: boolean
limits: {
smtpConnections: number
messagesPerMinute: number
recipientsPerDay: number
recipientsPerMessage: number
messageBytes: number
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Connection".
 */
export interface Connection {
id: string
version: number
name: string
/**
 * oauth2 or basic
 */
authentication: string
application?: string
user: string
/**
 * As entered; empty: the provider's.
 */
scope: string[]
/**
 * authorizationCode, deviceCode or clientCredentials
 */
grant: string
/**
 * getAndRefresh, refresh or off
 */
tokenMode: string
imap?: {
host: string
port: number
tlsType: string
}
smtp?: {
host: string
port: number
tlsType: string
}
/**
 * unauthorized, authorized, reauthorization-required or application-error
 */
status: string
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
refreshProblem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
/**
 * What will stop it and has not yet: each as a problem.
 */
warnings: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}[]
/**
 * Who is behind the tokens: proved (the server said who signed in), asserted (an access token that was pasted; nobody proved whose it is), application (app-only), or null.
 */
identity: (string | null)
authenticatedUser: (string | null)
grantedScope: string[]
accessTokenExpiresAt: (string | null)
lastRefreshAt: (string | null)
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "DeviceSignIn".
 */
export interface DeviceSignIn {
/**
 * waiting, signed-in or failed
 */
state: string
/**
 * What the user enters.
 */
userCode?: string
/**
 * Where.
 */
verificationUri?: string
/**
 * The same with the code in it, where the server gives it.
 */
verificationUriComplete?: string
expiresAt?: string
/**
 * How often the service asks; grows when the server says slow_down.
 */
intervalSeconds?: number
/**
 * Who signed in.
 */
user?: string
startedAt: string
endedAt?: string
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Connector".
 */
export interface Connector {
id: string
version: number
name: string
type: string
connection: string
enabled: boolean
settings: {
[k: string]: unknown
}
health: {
/**
 * ok, paused, waiting, backoff, held, stale or failing
 */
status: string
lastSuccessAt: (string | null)
lastRunAt: (string | null)
nextRunAt: (string | null)
/**
 * Runs that failed since the last success.
 */
failures: number
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Message".
 */
export interface Message {
id: string
connector: string
connection: string
/**
 * inbound or outbound
 */
direction: string
status: string
createdAt: string
messageId: (string | null)
serverMessageId?: string
from: string
to: string[]
subject: string
size: number
sendAt?: string
nextAttemptAt?: string
attempts: number
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
mailbox?: string
uid?: number
uidValidity?: string
log: {
at: string
status: string
/**
 * The process that did it.
 */
owner?: string
attempt?: number
/**
 * The server's reply, whole.
 */
reply?: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
accepted?: string[]
rejected?: {
address: string
reply: string
}[]
serverMessageId?: string
retryAt?: string
/**
 * Who asked for it: an API key id, environment or page.
 */
by?: string
}[]
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "MessageContent".
 */
export interface MessageContent {
/**
 * In their order; names in small letters.
 */
headers: {
name: string
value: string
}[]
text: (string | null)
/**
 * Beyond 1000000 characters.
 */
textIsCut: boolean
hasHtml: boolean
attachments: {
/**
 * As /attachments/{index} takes it.
 */
index: number
filename: (string | null)
contentType: string
/**
 * bytes
 */
size: number
/**
 * Part of the HTML, such as an image in it.
 */
inline: boolean
}[]
/**
 * Of the whole message, bytes.
 */
size: number
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Overview".
 */
export interface Overview {
id: string
version: number
name: string
type: string
direction: ("receive" | "send")
enabled: boolean
connection: {
id: string
name: string
user: string
/**
 * unauthorized, authorized, reauthorization-required or application-error
 */
status: string
}
application: (string | null)
health: {
/**
 * ok, paused, waiting, backoff, held, stale or failing
 */
status: string
lastSuccessAt: (string | null)
lastRunAt: (string | null)
nextRunAt: (string | null)
/**
 * Runs that failed since the last success.
 */
failures: number
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
/**
 * Messages in the outbox of a sender's connection; of a receiver those in quarantine.
 */
waiting: number
/**
 * failed: messages that ended failed; of a receiver polls that failed.
 */
today: {
sent: number
received: number
failed: number
quarantined: number
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Statistics".
 */
export interface Statistics {
/**
 * failed: messages that ended failed, and polls that failed.
 */
hours: {
at: string
sent: number
received: number
failed: number
quarantined: number
}[]
/**
 * Each time that a poll, an attempt to send or a refresh met one; the most frequent first.
 */
problems: {
code: string
title: string
count: number
}[]
/**
 * send: from when a message was accepted, or was to go, until the server had it. receive: from when it came into the mailbox until its destination confirmed it. Right to a fifth; null where nothing went through.
 */
latency: {
send: {
p50Ms: (number | null)
p95Ms: (number | null)
}
receive: {
p50Ms: (number | null)
p95Ms: (number | null)
}
hours: {
at: string
sendP50Ms: (number | null)
sendP95Ms: (number | null)
receiveP50Ms: (number | null)
receiveP95Ms: (number | null)
}[]
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "MailboxBudget".
 */
export interface MailboxBudget {
user: string
/**
 * Connections to the mailbox: they share its budget.
 */
connections: {
id: string
name: string
}[]
minute: {
used: number
limit: number
}
day: {
used: number
limit: number
}
smtpConnections: {
used: number
limit: number
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "ChangeEvent".
 */
export interface ChangeEvent {
/**
 * Later events have greater ones.
 */
id: string
at: string
/**
 * What to read again. messages: those of a connector; sign-in: how one ended; setup: people, API keys or alert channels.
 */
kind: ("application" | "connection" | "connector" | "messages" | "alerts" | "sign-in" | "setup")
/**
 * Id of the record; of messages the connector, of sign-in the connection; null: all of the kind.
 */
subject: (string | null)
/**
 * What it is now: the status of a connection or the health of a connector as their views show it, deleted; ok or failing (application); done or refused (sign-in); open or resolved (alerts).
 */
status?: string
problem?: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "ConnectorType".
 */
export interface ConnectorType {
name: string
title: string
description: string
/**
 * receive or send
 */
direction: string
/**
 * Endpoints that its connection must have.
 */
needs: string[]
/**
 * JSON Schema of its settings.
 */
settings: {
[k: string]: unknown
}
/**
 * JSON pointers of settings that are never answered.
 */
secrets: string[]
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Alert".
 */
export interface Alert {
id: string
kind: string
/**
 * warning: will stop, or limps. critical: has stopped.
 */
severity: string
/**
 * open or resolved
 */
status: string
subject: {
/**
 * application, connection, connector or service
 */
type: string
id?: string
name: string
}
problem: {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
affects: ({
what: string
count: number
names: string[]
} | null)
openedAt: string
resolvedAt: (string | null)
/**
 * The page where it is looked at.
 */
url: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "AlertChannel".
 */
export interface AlertChannel {
id: string
version: number
name: string
/**
 * webhook or mail
 */
type: string
enabled: boolean
minimumSeverity: string
only?: string[]
url?: string
connector?: string
to?: string[]
delivery: {
/**
 * News of alerts that it has not been told yet.
 */
waiting: number
/**
 * Of the notice that is told now.
 */
attempts: number
nextAttemptAt: (string | null)
lastSuccessAt: (string | null)
/**
 * That the last notice went out as.
 */
message: (string | null)
problem: ({
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
} | null)
}
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "ApiKey".
 */
export interface ApiKey {
id: string
name: string
scopes: string[]
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Person".
 */
export interface Person {
id: string
version: number
/**
 * As they sign in.
 */
name: string
/**
 * viewer: looks. operator: also sends, runs and signs mailboxes in. admin: everything.
 */
role: ("viewer" | "operator" | "admin")
disabled: boolean
/**
 * Whom the OpenID provider calls so: signs in through it, with the role that its claims give at each sign-in.
 */
openId: ({
issuer: string
subject: string
} | null)
/**
 * invited: has set no password yet; active; disabled
 */
status: string
invitedUntil: (string | null)
lastSignInAt: (string | null)
createdAt: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "Session".
 */
export interface Session {
/**
 * person; session: opened by an API key; key: no session, an API key
 */
kind: string
name: string
/**
 * Of the person.
 */
id: (string | null)
/**
 * Of the person.
 */
role: (string | null)
scopes: string[]
/**
 * Whether there is a password to change: of a person who does not come through OpenID.
 */
hasPassword: boolean
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "AuditEntry".
 */
export interface AuditEntry {
id: string
at: string
actor: {
kind: string
id?: string
name?: string
}
/**
 * Address that the request came from; here: the service by itself.
 */
from: string
action: string
subject?: {
kind: string
id?: string
name?: string
}
/**
 * done, refused or failed
 */
outcome: string
/**
 * Code of the problem it ended with.
 */
problem?: string
detail?: string
changes?: {
/**
 * JSON pointer
 */
field: string
from?: string
/**
 * Never of a secret: of those the name alone.
 */
to?: string
}[]
requestId?: string
}
/**
 * This interface was referenced by `Paths`'s JSON-Schema
 * via the `definition` "ProblemView".
 */
export interface ProblemView {
code: string
title: string
detail: string
/**
 * Whose it is to fix: user, tenant-admin, service-admin or nobody.
 */
owner: string
/**
 * What to do next.
 */
next: string
/**
 * What the machine does: retry, wait-until, hold or fail.
 */
verdict: string
at: string
retryAt?: string
/**
 * The server's own words.
 */
serverWords?: string
/**
 * No table knows the words; they were taken by their class.
 */
unknown?: true
correlationId?: string
fields?: {
path: string
message: string
}[]
}
