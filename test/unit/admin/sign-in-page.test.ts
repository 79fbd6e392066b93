import { describe, expect, it } from 'vitest';
import {
  invitationPage,
  passwordPage,
  setUpPage,
  signInPage,
  withoutPasswordPage,
} from '../../../src/admin/pages/sign-in-page.js';
import { problem } from '../../../src/contract/problem.js';

const weak = problem('password-too-weak', { with: { what: 'is short' } });
const pages = {
  signIn: signInPage({ refused: problem('password-refused'), openIdName: 'Contoso' }).markup,
  byKey: signInPage({ openIdName: 'Contoso', hasPasswords: false }).markup,
  setUp: setUpPage('token', { refused: weak, name: '"><script>' }).markup,
  invitation: invitationPage('token', { name: 'ada', refused: weak }).markup,
  password: passwordPage('ada', problem('old-password-wrong', { with: { name: 'ada' } })).markup,
  withoutPassword: withoutPasswordPage('ada').markup,
};
const inputs = (markup: string): string[] => markup.match(/<input [^>]*>/g) ?? [];
const idOf = (tag: string): string => / id="([^"]*)"/.exec(tag)?.[1] ?? '';

describe.each(Object.entries(pages))('the form %s', (_name, markup) => {
  it('has a label for each field that is seen, and says what may be filled in', () => {
    for (const input of inputs(markup).filter((each) => !/type="hidden"|class="unseen"/.test(each))) {
      expect(markup).toContain(`<label for="${idOf(input)}">`);
      expect(input).toMatch(/autocomplete="(username|current-password|new-password|off)"/);
    }
  });

  it('points from a field to what describes it, and to nothing that is not there', () => {
    for (const input of inputs(markup)) {
      const described = / aria-describedby="([^"]*)"/.exec(input)?.[1]?.split(' ') ?? [];
      for (const id of described) expect(markup).toContain(`id="${id}"`);
    }
  });
});

it.each([
  ['signIn', 'secret'],
  ['setUp', 'password'],
  ['invitation', 'password'],
  ['password', 'old'],
] as const)('the form %s says that %s is at fault, and only that', (page, field) => {
  const faulty = inputs(pages[page]).filter((input) => input.includes('aria-invalid="true"'));
  expect(faulty.map(idOf)).toEqual([field]);
  expect(faulty[0]).toMatch(/aria-describedby="refused/);
  expect(pages[page]).toMatch(/id="refused" role="alert"/);
});

it('tells a password manager whose password it is', () => {
  for (const markup of [pages.invitation, pages.password])
    expect(markup).toMatch(/<input [^>]*type="text"[^>]*autocomplete="username" value="ada"/);
});

it('fills in as text what was entered', () => {
  expect(pages.setUp).not.toContain('<script>');
});
