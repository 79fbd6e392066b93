import { expect, it } from 'vitest';
import { requireTlsOrLoopback } from '../../../src/outgoing/tls-rule.js';

it.each([
  'https://login.example.com/token',
  'http://localhost:8025/token',
  'http://auth.localhost/token',
  'http://127.0.0.1:1/x',
  'http://[::1]:9/x',
  'http://2130706433/x',
])('%s may carry a secret', (url) => {
  expect(() => requireTlsOrLoopback(url)).not.toThrow();
});

it.each([
  'http://login.example.com/token',
  'http://localhost.example.com/',
  'http://127.0.0.1.example.com/',
  'http://10.0.0.1/',
  'ftp://localhost/',
])('%s may not', (url) => {
  expect(() => requireTlsOrLoopback(url)).toThrowError(/tls-required/);
});
