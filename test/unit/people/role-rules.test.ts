import { describe, expect, it } from 'vitest';
import { createOpenIdPeople, nameOf } from '../../../src/people/openid-people.js';
import type { PeopleStore } from '../../../src/people/people-store.js';
import { type RoleRule, roleOf } from '../../../src/people/role-rules.js';

const rules: RoleRule[] = [
  { claim: 'groups', value: 'staff', role: 'viewer' },
  { claim: 'groups', value: 'mail', role: 'admin' },
  { claim: 'realm_access.roles', value: 'operate', role: 'operator' },
  { claim: 'https://mail.example/level', value: '3', role: 'operator' },
];

describe('a role', () => {
  it.each([
    ['the highest that fits, in whatever order', { groups: ['mail', 'staff'] }, 'admin'],
    ['of a claim that is one text', { groups: 'staff' }, 'viewer'],
    ['of a claim within another', { realm_access: { roles: ['x', 'operate'] } }, 'operator'],
    ['of a claim whose name has a dot', { 'realm_access.roles': ['operate'] }, 'operator'],
    ['of a number', { 'https://mail.example/level': 3 }, 'operator'],
    ['none of another value', { groups: ['Staff', 'staff ', 'staffing', 'sta'] }, undefined],
    ['none of a text that holds the value', { groups: 'staff,mail' }, undefined],
    ['none of a list in a list, nor of an object', { groups: [['mail'], { mail: true }] }, undefined],
    ['none of what every object has', { groups: null, realm_access: [] }, undefined],
    ['none without claims', {}, undefined],
  ])('is %s', (_what, claims, role) => {
    expect(roleOf(claims, rules)).toBe(role);
  });

  it('is not found among what every object inherits', () => {
    const inherited: RoleRule[] = [{ claim: 'constructor.name', value: 'Object', role: 'admin' }];
    expect(roleOf({}, inherited)).toBeUndefined();
  });
});

describe('a name', () => {
  it.each([
    [{ preferred_username: 'ada@contoso.example', email: 'x@y.example' }, 'ada@contoso.example'],
    [{ preferred_username: '', email: 'x@y.example' }, 'x@y.example'],
    [{ name: 'Zoë Müller-Nguyễn' }, 'Zoe.Muller-Nguyen'],
    [{ name: '../<script>' }, 'script'],
    [{ name: '李雷', sub: 's' }, 'person'],
    [{ sub: 'a'.repeat(300) }, 'a'.repeat(80)],
    [{}, 'Somebody'],
  ])('of %j is %s', (claims, name) => {
    expect(nameOf(claims)).toBe(name);
  });
});

it('says that the provider left a claim out for its length', async () => {
  const store = { byOpenId: async () => undefined } as unknown as PeopleStore;
  const people = createOpenIdPeople({ store, people: { endSessions: async () => {} }, rules });
  const claims = { _claim_names: { groups: 'src1' }, preferred_username: 'ada' };
  await expect(people.signIn({ issuer: 'https://login.example', subject: 's', claims })).rejects.toThrow(
    /groups: too many to be listed; realm_access\.roles: none/,
  );
});
