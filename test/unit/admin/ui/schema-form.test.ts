/** The form that is drawn from a connector type's schema: what it draws, what it sends, and where faults show. */
import { describe, expect, it } from 'vitest';
import { connectorTypes } from '../../../../connectors/index.js';
import { addressesIn } from '../../../../src/admin/ui/parts/schema-form/addresses-in.js';
import {
  drawnPointers,
  firstFault,
  placedFaults,
} from '../../../../src/admin/ui/parts/schema-form/faults.js';
import {
  type SettingSchema,
  settingsOn,
  shapeOf,
  type Values,
} from '../../../../src/admin/ui/parts/schema-form/schema.js';
import { BYTE_UNITS, DURATION_UNITS } from '../../../../src/admin/ui/parts/schema-form/units.js';
import {
  changedPointers,
  changesOf,
  initialValues,
  withChanges,
  withValue,
} from '../../../../src/admin/ui/parts/schema-form/values.js';
import { mergePatch } from '../../../../src/setup/merge-patch.js';
import { checkedSettings } from '../../../../src/setup/settings-check.js';

const typeNamed = (name: string) => {
  const type = connectorTypes.find((each) => each.name === name);
  if (!type) throw new Error(`no type ${name}`);
  return type;
};
const receive = typeNamed('email-receive');
const schema = receive.settings as unknown as SettingSchema;
const send = typeNamed('email-send').settings as unknown as SettingSchema;

const WEBHOOK: Values = { type: 'webhook', url: 'https://hook.example/', format: 'json' };
const DIRECTORY: Values = { type: 'directory', path: '/srv/mail', fileName: '{id}' };
const stored = (settings: Values): Values =>
  checkedSettings(receive.settings, { destination: DIRECTORY, ...settings }).value;

const shapesOf = ({ properties = {} }: SettingSchema) =>
  Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, shapeOf(each).is]));

describe('what is drawn', () => {
  it('is known by shape and hint for every setting of both types', () => {
    expect(shapesOf(schema)).toEqual({
      ...{ mailbox: 'text', selection: 'choice', startFrom: 'choiceOrText', filter: 'object' },
      ...{ schedule: 'schedule', maxMessagesPerPoll: 'number', downloadType: 'choice' },
      ...{ maxInlineBytes: 'bytes', destination: 'union', postProcessing: 'union' },
      ...{ maxAttempts: 'number', retryInterval: 'duration' },
    });
    expect(shapesOf(send)).toEqual({
      ...{ from: 'text', displayName: 'text', to: 'texts', cc: 'texts', bcc: 'texts', replyTo: 'texts' },
      ...{ subject: 'text', headers: 'record', onUncertain: 'choice', maxAttempts: 'number' },
      ...{ retryInterval: 'duration', limits: 'object' },
    });
  });

  it('stands on one tab each, and every setting on some', () => {
    for (const each of [schema, send]) {
      const tabs = (['settings', 'automation', 'advanced'] as const).map((tab) => settingsOn(each, tab));
      expect(tabs.map((settings) => settings.length > 0)).toEqual([true, true, true]);
      const names = tabs.flat().map(([name]) => name);
      expect(names.sort()).toEqual(Object.keys(each.properties ?? {}).sort());
    }
  });
});

describe('a new connector', () => {
  it('begins with the defaults, those within objects too, and is well once what is required is there', () => {
    const begun = initialValues(schema);
    expect(begun).toMatchObject({
      mailbox: 'INBOX',
      schedule: { every: '5m' },
      postProcessing: { action: 'none' },
    });
    expect(begun.destination).toBeUndefined();
    const { faults } = checkedSettings(receive.settings, { ...begun, destination: DIRECTORY });
    expect(faults).toEqual([]);
  });
});

describe('what is sent', () => {
  const changes: readonly [string, Values, (settings: Values) => Values][] = [
    ['a text', {}, (all) => withValue(all, '/mailbox', 'Invoices')],
    ['a list', {}, (all) => withValue(all, '/filter/from', ['billing@'])],
    ['a list taken away', { filter: { from: ['a'] } }, (all) => withValue(all, '/filter/from', undefined)],
    [
      'another schedule',
      {},
      (all) => withValue(all, '/schedule', { cron: '0 8 * * *', timeZone: 'Europe/Vienna' }),
    ],
    [
      'another destination',
      {},
      (all) => withValue(all, '/destination', { ...WEBHOOK, secret: `whsec_${'A'.repeat(32)}` }),
    ],
    [
      'move instead of copy, to the same folder',
      { postProcessing: { action: 'copy', mailbox: 'Done' } },
      (all) => withValue(all, '/postProcessing', { action: 'move', mailbox: 'Done' }),
    ],
  ];
  it.each(changes)('%s: the service comes to what the form shows', (_name, before, change) => {
    const base = stored(before);
    const shown = change(base);
    const patch = changesOf(base, shown, schema);
    expect(patch).toBeDefined();
    const merged = checkedSettings(receive.settings, mergePatch(base, patch as Values, receive.settings));
    expect(merged.value).toEqual(checkedSettings(receive.settings, shown).value);
  });

  it('is what changed and no more, and null for what was cleared', () => {
    const base = stored({});
    const shown = withValue(withValue(base, '/mailbox', undefined), '/destination/path', '/srv/other');
    expect(changesOf(base, shown, schema)).toEqual({ mailbox: null, destination: { path: '/srv/other' } });
    expect(changesOf(base, base, schema)).toBeUndefined();
    expect(changesOf(base, withValue(base, '/limits', {}), schema)).toBeUndefined();
  });

  it('can be laid over what somebody else saved meanwhile', () => {
    const base = stored({});
    const mine = changesOf(base, withValue(base, '/mailbox', 'Invoices'), schema);
    const theirs = stored({ maxAttempts: 3, destination: WEBHOOK });
    expect(withChanges(theirs, mine, schema)).toEqual({ ...theirs, mailbox: 'Invoices' });
    expect(changedPointers(mine)).toEqual(['/mailbox']);
    const another = changesOf(base, withValue(base, '/destination', WEBHOOK), schema);
    expect(withChanges(stored({}), another, schema)).toEqual(stored({ destination: WEBHOOK }));
  });
});

describe('a fault', () => {
  const placed = (faults: Record<string, string>, values: Values) =>
    placedFaults(new Map(Object.entries(faults)), drawnPointers(schema, values));

  it('stands beside its field, else beside the one around it, else on top', () => {
    const { beside, elsewhere } = placed(
      { '/schedule/cron': 'is odd', '/filter/from/3': 'is empty', '/nothing': 'there is no such setting' },
      stored({}),
    );
    expect([...beside]).toEqual([
      ['/schedule/cron', 'is odd'],
      ['/filter/from', '3: is empty'],
    ]);
    expect(elsewhere).toEqual([{ pointer: '/nothing', message: 'there is no such setting' }]);
  });

  it('of a variant that is not chosen stands beside the choice', () => {
    const { beside } = placed({ '/destination/url': 'is required' }, stored({}));
    expect([...beside]).toEqual([['/destination', 'url: is required']]);
  });

  it('comes first that a person meets first', () => {
    const all = placed({ '/retryInterval': 'b', '/destination': 'is required', '/maxInlineBytes': 'c' }, {});
    expect(firstFault(schema, all)).toBe('/destination');
  });
});

describe('amounts', () => {
  it('are read in the unit that they are written in, and sizes in the largest without a fraction', () => {
    expect(DURATION_UNITS.read('90s')).toEqual({ amount: 90, unit: 's' });
    expect(DURATION_UNITS.read('soon')).toBeUndefined();
    expect(BYTE_UNITS.read(10 * 1024 * 1024)).toEqual({ amount: 10, unit: 'MiB' });
    expect(BYTE_UNITS.read(1_500)).toEqual({ amount: 1_500, unit: 'B' });
    expect(BYTE_UNITS.read(0)).toEqual({ amount: 0, unit: 'B' });
  });
});

describe('addresses in one line', () => {
  it.each([
    ['ada@mail.example, bob@mail.example', ['ada@mail.example', 'bob@mail.example']],
    [
      '"Doe, Jane" <jane@mail.example>; bob@mail.example',
      ['"Doe, Jane" <jane@mail.example>', 'bob@mail.example'],
    ],
    ['"a \\" b, c" <x@mail.example>', ['"a \\" b, c" <x@mail.example>']],
    [' , ', []],
  ])('%s', (line, found) => expect(addressesIn(line)).toEqual(found));
});
