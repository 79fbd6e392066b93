/** The errors of Entra by AADSTS number, as data (EXCHANGE-ONLINE.md §2): what `error`, `suberror` and wording go with each. */
export interface AadstsRow {
  error: string;
  text: string;
  suberror?: string;
  status?: number;
}

const INTERACTION = 'interaction_required';

export const AADSTS_ROWS: Readonly<Record<number, AadstsRow>> = {
  1000070: { error: 'slow_down', text: 'The device polls too often.' },
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  70016: {
    error: 'authorization_pending',
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  70017: { error: 'authorization_declined', text: 'The end user denied the authorization request.' },
  70018: { error: 'bad_verification_code', text: 'The device code was not recognized.' },
  70020: { error: 'expired_token', text: 'The provided value for the device code is expired.' },
  16000: {
    error: INTERACTION,
    text: 'Either multiple user identities are available for the current request or selected account is not supported for the scenario.',
  },
  28002: {
    error: 'invalid_request',
    text: 'Provided value for the input parameter scope is not valid when requesting an access token. Please specify a valid scope.',
  },
  50011: {
    error: 'invalid_request',
    text: 'The redirect URI specified in the request does not match the redirect URIs configured for the application. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.',
  },
  50020: {
    error: INTERACTION,
    text: 'User account from identity provider does not exist in tenant and cannot access the application in that tenant.',
  },
  50033: {
    error: 'temporarily_unavailable',
    text: 'A transient error has occurred. Please try again.',
    status: 503,
  },
  50034: {
    error: 'invalid_grant',
    text: 'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  },
  50053: {
    error: 'invalid_grant',
    text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  50055: { error: 'invalid_grant', text: 'The password is expired.' },
  50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  50058: { error: 'login_required', text: 'A silent sign-in request was sent but no user is signed in.' },
  50059: {
    error: 'invalid_request',
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50072: {
    error: INTERACTION,
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  50074: { error: INTERACTION, text: 'Strong Authentication is required.', suberror: 'basic_action' },
  50076: {
    error: INTERACTION,
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  50078: {
    error: INTERACTION,
    text: 'Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  50079: {
    error: INTERACTION,
    text: 'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
    suberror: 'basic_action',
  },
  50085: {
    error: 'invalid_grant',
    text: 'Refresh token needs social IDP login. Have user try signing-in again with username -password.',
  },
  50087: {
    error: 'temporarily_unavailable',
    text: 'A transient error has occurred during strong authentication. Please try again.',
    status: 503,
  },
  50089: { error: 'invalid_grant', text: 'Authentication failed due to flow token expired.' },
  50105: {
    error: 'invalid_grant',
    text: 'Your administrator has configured the application to block users unless they are specifically granted access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.',
  },
  50128: {
    error: 'invalid_request',
    text: 'Invalid domain name. No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50144: { error: 'invalid_grant', text: "The user's Active Directory password has expired." },
  50173: {
    error: 'invalid_grant',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
    suberror: 'bad_token',
  },
  50194: {
    error: 'invalid_request',
    text: "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  50196: {
    error: 'invalid_grant',
    text: 'The server terminated an operation because it encountered a client request loop. Please contact your app vendor.',
    suberror: 'client_request_loop',
  },
  53000: {
    error: INTERACTION,
    text: 'Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.',
    suberror: 'message_only',
  },
  53001: {
    error: INTERACTION,
    text: 'Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.',
    suberror: 'message_only',
  },
  53003: {
    error: INTERACTION,
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
    suberror: 'consent_required',
  },
  65004: { error: 'access_denied', text: 'User declined to consent to access the app.', suberror: 'cancel' },
  70000: { error: 'invalid_grant', text: 'Provided grant is invalid or malformed.', suberror: 'bad_token' },
  70008: {
    error: 'invalid_grant',
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: {
    error: 'invalid_scope',
    text: "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid.",
  },
  70012: {
    error: 'temporarily_unavailable',
    text: 'A server error occurred while authenticating an MSA (consumer) user. Try again.',
    status: 503,
  },
  70043: {
    error: 'invalid_grant',
    text: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
    suberror: 'token_expired',
  },
  90002: {
    error: 'invalid_request',
    text: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.',
  },
  90006: {
    error: 'temporarily_unavailable',
    text: 'The service is temporarily unavailable. Please retry later.',
    status: 503,
  },
  90012: { error: 'temporarily_unavailable', text: 'The request has timed out.', status: 503 },
  90014: {
    error: 'invalid_request',
    text: 'The required field is missing from the credential. Ensure that you have all the necessary parameters for the login request.',
  },
  90024: {
    error: 'temporarily_unavailable',
    text: 'The request budget has been exceeded. A transient error has occurred. Please try again.',
    status: 503,
  },
  90033: {
    error: 'temporarily_unavailable',
    text: 'A transient error has occurred. Please try again.',
    status: 503,
  },
  90055: {
    error: 'temporarily_unavailable',
    text: 'There are too many incoming requests. Please try again.',
    status: 429,
  },
  90090: {
    error: 'temporarily_unavailable',
    text: 'A transient error has occurred. Please try again.',
    status: 503,
  },
  90094: {
    error: 'access_denied',
    text: 'Admin consent is required for the permissions requested by this application.',
    suberror: 'consent_required',
  },
  90095: {
    error: 'access_denied',
    text: 'Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin.',
    suberror: 'consent_required',
  },
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  530032: { error: INTERACTION, text: 'Blocked by security policy.', suberror: 'message_only' },
  530035: {
    error: INTERACTION,
    text: 'Access has been blocked by security defaults.',
    suberror: 'message_only',
  },
  650057: {
    error: 'invalid_resource',
    text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
  },
  700016: {
    error: 'unauthorized_client',
    text: 'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.',
  },
  700022: {
    error: 'invalid_request',
    text: 'The provided value for the input parameter scope is not valid because it contains more than one resource.',
  },
  700025: {
    error: 'invalid_client',
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    status: 401,
  },
  50027: { error: 'invalid_request', text: 'JWT token is invalid or malformed.' },
  700023: {
    error: 'invalid_client',
    text: 'Client assertion audience claim does not match Realm issuer.',
    status: 401,
  },
  700024: {
    error: 'invalid_client',
    text: 'Client assertion is not within its valid time range.',
    status: 401,
  },
  700027: { error: 'invalid_client', text: 'Client assertion contains an invalid signature.', status: 401 },
  700211: {
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion issuer.',
    status: 401,
  },
  700212: {
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion audience.',
    status: 401,
  },
  700213: {
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion subject.',
    status: 401,
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. The token was issued on 2026-01-01T00:00:00.0000000Z and was inactive for 90.00:00:00.',
  },
  700084: {
    error: 'invalid_grant',
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.',
  },
  900144: { error: 'invalid_request', text: 'The request body must contain the required parameter.' },
  7000112: { error: 'unauthorized_client', text: 'Application is disabled.' },
  7000215: {
    error: 'invalid_client',
    text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.',
    status: 401,
  },
  7000218: {
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    status: 401,
  },
  7000222: {
    error: 'invalid_client',
    text: 'The provided client secret keys for the app are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.',
    status: 401,
  },
  9002313: { error: 'invalid_request', text: 'Invalid request. Request is malformed or invalid.' },
};
