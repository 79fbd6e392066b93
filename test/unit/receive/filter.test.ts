import { expect, it } from 'vitest';
import type { ParsedMessage } from '../../../src/contract/message.js';
import { filters, passesFilter } from '../../../src/receive/filter.js';

const head: ParsedMessage = {
  messageId: null,
  from: [{ name: 'Accounts', address: 'bills@Supplier.example' }],
  to: [{ address: 'me@x.example' }],
  cc: [{ address: 'team@x.example' }],
  subject: 'Invoice 42',
  date: null,
  text: null,
  html: null,
  headers: [],
  attachments: [],
};

it('matches any of the texts of a field, in any case, in name or address', () => {
  expect(passesFilter({ from: ['nobody', '@SUPPLIER.example'] }, head)).toBe(true);
  expect(passesFilter({ from: 'accounts' }, head)).toBe(true);
  expect(passesFilter({ from: 'nobody' }, head)).toBe(false);
});

it('wants every field that is given to match, and finds Cc under to', () => {
  expect(passesFilter({ to: 'team@', subject: 'invoice' }, head)).toBe(true);
  expect(passesFilter({ to: 'team@', subject: 'order' }, head)).toBe(false);
});

it('asks nothing when it is empty', () => {
  expect(filters({})).toBe(false);
  expect(filters({ from: [] })).toBe(false);
  expect(passesFilter({}, head)).toBe(true);
});
