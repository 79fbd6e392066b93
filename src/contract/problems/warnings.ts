/** Problems that have not happened yet: credentials, sign-ins and tokens that are about to end, and policies that end them again. */
import { definitions } from './definition.js';

const warning = { verdict: 'retry', httpStatus: 409 } as const;

export const warningProblems = definitions({
  'client-secret-ends': {
    ...warning,
    title: 'The {secret} of {application} ends in {left}',
    detail: 'It ends at {at}. From then on every connection of the application stops.',
    owner: 'service-admin',
    next: 'Create a new client secret at the provider (Entra: App registrations, {application}, Certificates & secrets), and put its value and its end date into the application: as second client secret while the old one still works, so that nothing stops. No sign-in is needed.',
    reach: 'application',
  },
  'client-secret-ended': {
    ...warning,
    title: 'The {secret} of {application} has ended',
    detail:
      'By the end date in the application it ended at {at}; every connection of the application stops with it.',
    owner: 'service-admin',
    next: 'Create a new client secret at the provider and put its value and its end date into the application. Where the secret still works, correct the end date. No sign-in is needed.',
    reach: 'application',
  },
  'client-secret-superseded': {
    ...warning,
    title: 'The {secret} of {application} ends, and another one takes over',
    detail: 'It ends at {at}; the other one {other}.',
    owner: 'service-admin',
    next: 'Take the secret that ends out of the application once it is no longer needed, and delete it at the provider.',
    reach: 'application',
  },
  'client-secret-superseded-early': {
    ...warning,
    title: 'The client secret of {application} is refused, and the second one is in use',
    detail:
      'The provider refuses the first client secret of the application; every connection goes on with the second.',
    owner: 'service-admin',
    next: 'Take the first client secret out of the application, so that the second takes its place and there is room for the next.',
    reach: 'application',
  },
  'certificate-ends': {
    ...warning,
    title: 'The certificate of {application} ends in {left}',
    detail: 'It ends at {at}. From then on every connection of the application stops.',
    owner: 'service-admin',
    next: 'Make a new certificate and key, upload the certificate at the provider (Entra: App registrations, {application}, Certificates & secrets; both may stand there side by side), then put certificate and key into the application. No sign-in is needed.',
    reach: 'application',
  },
  'certificate-ended': {
    ...warning,
    title: 'The certificate of {application} has ended',
    detail: 'It ended at {at}; every connection of the application stops with it.',
    owner: 'service-admin',
    next: 'Make a new certificate and key, upload the certificate at the provider, and put both into the application. No sign-in is needed.',
    reach: 'application',
  },
  'grant-idle': {
    ...warning,
    title: 'The sign-in of {user} ends in {left} unless it is used',
    detail:
      'The provider ends a refresh token that was not used for {idle}. This one was last used at {usedAt}, and ends at {at}.',
    owner: 'service-admin',
    next: 'Refresh the access token of the connection now; if that is refused, follow what it says. With tokenMode off nobody else does it.',
    reach: 'connection',
  },
  'grant-recurs': {
    ...warning,
    title: 'The sign-in of {user} is ended again and again',
    detail: 'It ended {times}, for the same reason ({reason}), {interval}. {expected}',
    owner: 'tenant-admin',
    next: '{ask} Until then sign in again each time; mail is held meanwhile, and nothing is lost.',
    reach: 'connection',
  },
  'access-token-ends': {
    ...warning,
    title: 'The access token of {user} {ends} and nothing renews it',
    detail:
      'It was put in by hand and is good until {at}. Mailgrant has no way to get the next one by itself.',
    owner: 'user',
    next: 'Put a new access token in, or sign in so that Mailgrant can refresh it from then on.',
    reach: 'connection',
  },
});
