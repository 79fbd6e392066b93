import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { changedFields, writeOnlyNames } from '../../../src/audit/changed-fields.js';
import { clientAuthSchema } from '../../../src/setup/application-schema.js';

const secrets = new Set(['clientSecret', 'password']);

describe('the changed fields of a record', () => {
  it('are those that differ, with both values', () => {
    const before = { name: 'Old', user: 'a@b.example', imap: { host: 'one', port: 993 }, version: 1 };
    const after = { name: 'New', user: 'a@b.example', imap: { host: 'two', port: 993 }, version: 2 };
    expect(changedFields({ before, after, sent: { name: 'New', imap: { host: 'two' } } }, secrets)).toEqual([
      { field: '/name', from: 'Old', to: 'New' },
      { field: '/imap/host', from: 'one', to: 'two' },
    ]);
  });

  it('name what followed from the change as well, such as the status', () => {
    const before = { user: 'a', status: 'authorized' };
    const after = { user: 'b', status: 'unauthorized' };
    expect(changedFields({ before, after, sent: { user: 'b' } }, secrets)).toContainEqual({
      field: '/status',
      from: 'authorized',
      to: 'unauthorized',
    });
  });

  it('have no values of a change that was refused', () => {
    const sent = { name: 'New', clientAuth: { clientSecret: 'hush' } };
    const fields = changedFields({ before: { name: 'Old' }, sent }, secrets);
    expect(fields).toEqual([{ field: '/clientAuth/clientSecret' }]);
  });

  it('never have the value of a secret, whatever was sent and whatever a view shows', () => {
    const text = fc.string({ minLength: 12, unit: 'grapheme-ascii' }).filter((each) => each.trim() === each);
    fc.assert(
      fc.property(text, fc.constantFrom('clientSecret', 'password'), (value, name) => {
        const sent = { [name]: value, deep: { [name]: value, other: { [name]: [value] } } };
        const written = JSON.stringify(changedFields({ before: {}, after: sent, sent }, secrets));
        expect(written).not.toContain(JSON.stringify(value).slice(1, -1));
        expect(written).toContain(`/${name}`);
      }),
    );
  });

  it('are named of a body that is nested too deeply for anybody', () => {
    const deep = JSON.parse(`${'{"a":['.repeat(5_000)}1${']}'.repeat(5_000)}`);
    expect(changedFields({ before: { name: 'x' }, sent: deep }, secrets)).toEqual([{ field: '/a' }]);
  });

  it('are cut where somebody sends thousands, or long ones', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${'x'.repeat(500)}${i}`, 1]));
    const fields = changedFields({ sent: many, after: many }, secrets);
    expect(fields.length).toBeLessThan(100);
    expect(JSON.stringify(fields).length).toBeLessThan(20_000);
  });
});

it('finds what a schema says is never answered, in unions and lists too', () => {
  expect(writeOnlyNames(clientAuthSchema)).toContain('clientSecret');
  const list = Type.Object({ all: Type.Array(Type.Object({ key: Type.String({ writeOnly: true }) })) });
  expect(writeOnlyNames(list)).toEqual(['key']);
});
