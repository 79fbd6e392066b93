/** Problems of how an application proves itself beyond what token endpoints say: managed identity, federated credentials, certificates. */
import { definitions } from './definition.js';

export const clientCredentialProblems = definitions({
  'identity-endpoint-unreachable': {
    title: 'There is no managed identity on this machine',
    detail:
      'The identity endpoint at {host} cannot be reached: {what}. It is there only on Azure (virtual machines, App Service, Functions, Container Apps, AKS).',
    owner: 'service-admin',
    next: 'Run Mailgrant on an Azure resource that has a managed identity, or give the application another way to prove itself (clientAuth: clientSecret or certificate). On Azure: look whether a proxy or firewall keeps this process from {host}.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 502,
  },
  'identity-endpoint-unavailable': {
    title: 'The managed identity endpoint is busy or failing',
    detail: '{host} answered HTTP {status}. Tokens that are there are used until they end.',
    owner: 'nobody',
    next: 'Nothing: it is asked again by itself. If it lasts for hours, look at the health of the Azure resource.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 503,
  },
  'managed-identity-not-found': {
    title: 'This machine has no such managed identity',
    detail:
      'The identity endpoint at {host} knows no {identity} for the Azure resource that Mailgrant runs on.',
    owner: 'service-admin',
    next: 'In the Azure portal open the resource that Mailgrant runs on, Identity, and turn System assigned on, or add the user-assigned identity; the Client Id in Mailgrant must be the Client ID of that identity.',
    verdict: 'hold',
    reach: 'application',
    httpStatus: 502,
    example: '{"error":"invalid_request","error_description":"Identity not found"}',
  },
  'managed-identity-refused': {
    title: 'The managed identity gives no token',
    detail: 'The identity endpoint at {host} refused a token for {resource} with HTTP {status}.',
    owner: 'service-admin',
    next: 'Read the words of the endpoint below: the resource may be unknown in this tenant, or the environment of the process (IDENTITY_ENDPOINT, IDENTITY_HEADER) be that of another one; restart the service after a change of the identity.',
    verdict: 'hold',
    reach: 'application',
    httpStatus: 502,
    example:
      '{"error":"invalid_resource","error_description":"AADSTS500011: The resource principal named api://x was not found in the tenant."}',
  },
  'managed-identity-for-mail-only': {
    title: 'A managed identity is used for mail alone',
    detail:
      'A token of the machine for {resource} is not asked for: whoever sets a connection up would get the machine’s rights there.',
    owner: 'user',
    next: 'Leave the connection’s Scope empty; the preset names the resource of its mail (https://outlook.office365.com/.default, say).',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 422,
  },
  'machine-token-for-provider-only': {
    title: 'A token of this machine goes to its provider’s mail servers alone',
    detail:
      'The application {application} proves itself by what this machine is, with nothing that anybody entered, and {host} is no mail server of Exchange Online: whoever runs it would get the application’s rights.',
    owner: 'user',
    next: 'Leave the connection’s IMAP and SMTP host out, so that the preset fills in the provider’s. For a server of your own use an application with a client secret or a certificate.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 422,
  },
  'managed-identity-signs-nobody-in': {
    title: 'A managed identity signs nobody in',
    detail:
      'The application {application} is a managed identity of this machine, which has no client credential for a token endpoint.',
    owner: 'user',
    next: 'Set the connection’s grant to clientCredentials, or use an application with clientAuth federatedCredential, whose assertion the managed identity gives.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 422,
  },
  'client-certificate-expired': {
    title: 'The client certificate has expired',
    detail:
      'The certificate that {application} proves itself with ended on {certificateExpiresAt}, and {host} refuses it.',
    owner: 'service-admin',
    next: 'Make a new certificate, upload it (Entra admin center: App registrations, the one with Application ID {clientId}, Certificates & secrets, Certificates), and give Mailgrant certificate and key: mailgrant applications update, --certificate and --private-key. Every connection resumes without a new sign-in.',
    verdict: 'hold',
    reach: 'application',
    httpStatus: 409,
    example:
      'AADSTS700027: The certificate with identifier used to sign the client assertion is expired on application.',
  },
  'federated-credential-untrusted': {
    title: 'The provider trusts no such federated token',
    detail:
      'Issuer, subject or audience of the token that the application {application} proves itself with match no federated credential of it.',
    owner: 'tenant-admin',
    next: 'In the Entra admin center open App registrations, {application}, Certificates & secrets, Federated credentials, and make issuer, subject and audience those that the words below name. All connections go on by themselves then.',
    verdict: 'hold',
    reach: 'application',
    httpStatus: 502,
    example:
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:mail:mailgrant'.",
  },
  'client-assertion-untimely': {
    title: 'The clocks differ: the client assertion is not valid now',
    detail:
      'By the clock of {host} the assertion that the application {application} proves itself with is not valid yet, or no more.',
    owner: 'service-admin',
    next: 'Set the clock of the machine that Mailgrant runs on (NTP). With a federated token: see that whatever writes it has renewed it. All connections go on by themselves then.',
    verdict: 'hold',
    reach: 'application',
    httpStatus: 502,
    example: 'AADSTS700024: Client assertion is not within its valid time range.',
  },
  'federated-token-unusable': {
    title: 'The federated token cannot be used',
    detail: 'The token that the application {application} proves itself with, in the file {file}, {what}.',
    owner: 'service-admin',
    next: 'See that whatever writes the file (the workload identity webhook, kubelet, your own agent) runs, that this process may read it, and that its token is a JWT for the audience {audience}. It is read anew each time, so nothing has to be restarted.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 502,
  },
});
