/** Options and answers that all lists share. */
import type { Page } from './api-client.js';
import { paragraphs } from './text.js';

export const LIST_OPTIONS = {
  limit: { kind: 'text', value: 'number', meaning: 'Items to show at most, up to 200; 50.' },
  cursor: { kind: 'text', value: 'cursor', meaning: 'Where an earlier list ended.' },
} as const;

/** The table, and how to get what comes after it. */
export const listText = (text: string, { nextCursor }: Page<unknown>): string =>
  paragraphs(text, nextCursor !== null && `More follow: add --cursor ${nextCursor}`);
