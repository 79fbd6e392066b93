/** Texts of the form that is drawn from a connector type's schema; titles and descriptions of settings come with the schema. */
export const schemaForm = {
  tabs: { settings: 'Settings', automation: 'Automation', advanced: 'Advanced' },
  tabAtFault: 'Something on this tab needs attention',
  elsewhere: 'The service says of the settings as a whole:',
  nothingOnTab: 'This connector type has no setting here.',
  range: (least: number | undefined, most: number | undefined, unit: string): string => {
    if (least !== undefined && most !== undefined)
      return `${least.toLocaleString('en')} to ${most.toLocaleString('en')} ${unit}`;
    if (least !== undefined) return `At least ${least.toLocaleString('en')} ${unit}`;
    return most === undefined ? '' : `At most ${most.toLocaleString('en')} ${unit}`;
  },
  unitOf: (title: string) => `Unit of ${title}`,
  durationUnits: { ms: 'milliseconds', s: 'seconds', m: 'minutes', h: 'hours', d: 'days' },
  byteUnits: { B: 'bytes', KiB: 'KiB', MiB: 'MiB' },
  textsHint: 'Type one and press Enter; each becomes an entry of its own.',
  addressesHint: 'Press Enter or a comma after each address.',
  secretKept: 'Leave empty to keep the one that is stored',
  secretShow: 'Show or hide the secret',
  secretMake: 'Make a new secret',
  secretMade: 'Copy it now for whoever checks the signatures: it is never shown again once it is saved.',
  recordName: 'Name',
  recordValue: 'Value',
  recordAdd: 'Add a line',
  recordRemove: (name: string) => `Remove ${name || 'this line'}`,
  dateLabel: 'Date or time',
  dateHint: 'Such as 2026-01-31 or 2026-01-31T08:00:00Z',
  schedule: {
    kinds: {
      interval: 'Interval',
      hourly: 'Hourly',
      daily: 'Daily',
      weekly: 'Weekly',
      monthly: 'Monthly',
      cron: 'Cron expression',
    },
    minute: 'At minute',
    time: 'At',
    days: 'On',
    dayNames: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
    dayOfMonth: 'Day of the month',
    lateDay: 'Months that have no such day are passed over.',
    zoneNone: 'No time zone matches',
    every: (words: string, zone: string) => `${words}, ${zone}.`,
    next: 'Next:',
    after: 'then',
    never: 'This expression names no time that comes.',
    unreadable: 'This is no cron expression yet.',
  },
} as const;
