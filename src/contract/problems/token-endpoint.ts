/** Problems of the way to the token endpoint, and of a sign-in that it cut short. */
import { definitions } from './definition.js';

export const tokenEndpointProblems = definitions({
  'token-endpoint-unknown-host': {
    title: 'The name of the sign-in server does not resolve',
    detail: 'No address was found for {host}: {what}',
    owner: 'service-admin',
    next: 'Check Access Token URL of {application}, and the name resolution of the machine that Mailgrant runs on. A grant is kept and tried again by itself; a sign-in has to be started again.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 503,
    example: 'getaddrinfo ENOTFOUND login.microsoftonline.com',
  },
  'token-endpoint-certificate': {
    title: 'The certificate of the sign-in server does not hold',
    detail: '{host} could not be trusted: {what}',
    owner: 'service-admin',
    next: 'An expired certificate, or one for another name, is for the operator of {host} to replace; one by a CA of your own (a proxy that inspects TLS, too) is trusted through NODE_EXTRA_CA_CERTS. Check the clock of this machine as well. A grant is kept and tried again by itself; a sign-in has to be started again.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 503,
    example: 'certificate has expired',
  },
  'token-endpoint-redirects': {
    title: 'The token endpoint redirects elsewhere',
    detail:
      '{host} answered with a redirect ({what}). It was not followed: the secret would have gone along.',
    owner: 'service-admin',
    next: 'Set Access Token URL of {application} to the token endpoint itself; if it is right, a proxy on the way answers in its place. A grant is kept and tried again by itself; a sign-in has to be started again.',
    verdict: 'retry',
    reach: 'connection',
    httpStatus: 503,
    example: 'HTTP 302 to https://proxy.contoso.example/sign-in',
  },
  'sign-in-unfinished': {
    title: 'The sign-in could not be finished',
    detail: 'The user signed in, but {host} gave no usable answer after that ({what}). Nothing was stored.',
    owner: 'user',
    next: 'Start the sign-in again in a few minutes: what the user was given works once.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 503,
    example: 'HTTP 503, text/html, 326 characters',
  },
});
