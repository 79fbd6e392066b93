/** Problems of exports, imports and resealing. */
import { definitions } from './definition.js';

export const transferProblems = definitions({
  'reseal-key-not-everywhere': {
    title: 'Not every process seals with the new encryption key yet',
    detail: 'This process seals with key {keyId}, others do not: {processes}.',
    owner: 'service-admin',
    next: 'Give every process the same MAILGRANT_SECRET_KEY, the new key first and the previous one after a comma, restart those that are named, and reseal again. A process that was killed is forgotten after half a minute.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
});
