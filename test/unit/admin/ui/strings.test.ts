/** Texts of the web app that are put together: what holds none or one of something is said of it properly. */
import { expect, it } from 'vitest';
import { strings } from '../../../../src/admin/ui/strings/index.js';

it('says what an alert stops, and nothing of nothing', () => {
  const { affects } = strings.alerts;
  expect(affects(0, 'connectors', [])).toBeUndefined();
  expect(affects(1, 'connectors', ['inbox'])).toBe('Stops 1 connector: inbox');
  expect(affects(2, 'connections', [])).toBe('Stops 2 connections');
  expect(affects(3, 'connectors', ['a', 'b'])).toBe('Stops 3 connectors: a, b, …');
  expect(affects(3, 'messages', [])).toBe('3 messages in quarantine');
});

it('counts in the plural only what is not one', () => {
  const { service, alerts } = strings;
  expect([service.write(1), service.write(2)]).toEqual(['Write 1 change', 'Write 2 changes']);
  expect(service.resealed(1, 'k')).toBe('1 value was sealed anew with key k.');
  expect(service.remaining(1)).toContain('1 value is still');
  expect(alerts.channel.deleteText(1)).toContain('1 notice that waits is dropped');
});
