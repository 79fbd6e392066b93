import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { emailSend } from '../../../connectors/email-send/index.js';

const connection = { user: 'user@contoso.example' };

it('refuses settings that it does not know', () => {
  expect(Value.Check(emailSend.settings, { from: '' })).toBe(true);
  expect(Value.Check(emailSend.settings, { form: '' })).toBe(false);
  expect(Value.Check(emailSend.settings, { limits: { messagesPerHour: 1 } })).toBe(false);
  expect(Value.Check(emailSend.settings, { onUncertain: 'guess' })).toBe(false);
});

it('refuses a From that is not the User, and takes the User in any case', () => {
  expect(emailSend.check({ from: 'other@contoso.example' }, connection)[0]?.path).toBe('/from');
  expect(emailSend.check({ from: 'USER@Contoso.example' }, connection)).toEqual([]);
});

it('refuses a header with a line break and a retry interval under a second', () => {
  expect(emailSend.check({ headers: { 'X-A': 'a\r\nFrom: b' } }, connection)).toHaveLength(1);
  expect(emailSend.check({ retryInterval: '10ms' }, connection)[0]?.path).toBe('/retryInterval');
});
