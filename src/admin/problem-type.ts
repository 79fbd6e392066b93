/** Where a problem is explained on the service itself: the page of all problems, by code. */

export const PROBLEMS_PATH = '/problems';

/** `type` of a problem answer (RFC 9457 §3.1.1): a path on this service, the same wherever it runs; its fragment is the code. */
export const problemType = (code: string): string => `${PROBLEMS_PATH}#${code}`;
