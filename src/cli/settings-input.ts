/** What create and update send: a settings file, with what the options say laid over it. */
import { UsageError } from './failures.js';
import type { Terminal } from './terminal.js';

export type Settings = { [name: string]: unknown };

export const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The option that both take. */
export const FILE_OPTION = {
  file: {
    kind: 'text',
    value: 'settings.json',
    meaning: 'Settings as the API takes them, as JSON; - reads standard input. Options win over it.',
  },
} as const;

/** @throws UsageError when the file is no JSON object */
export async function settingsFile(terminal: Terminal, file: string | undefined): Promise<Settings> {
  if (file === undefined) return {};
  const text = (file === '-' ? await terminal.readInput() : terminal.readFile(file)).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file === '-' ? 'Standard input' : file} is not valid JSON.`);
  }
  if (isSettings(value)) return value;
  throw new UsageError(`${file === '-' ? 'Standard input' : file} is not a JSON object.`);
}

/** Objects merge, everything else replaces; what is undefined is not there. */
export function laidOver(base: Settings, over: Settings): Settings {
  const result: Settings = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = result[name];
    result[name] = isSettings(value) ? laidOver(isSettings(before) ? before : {}, value) : value;
  }
  return result;
}

/** An object of what is there; `undefined` when nothing is. */
export function anyOf(settings: Settings): Settings | undefined {
  const there = Object.entries(settings).filter(([, value]) => value !== undefined);
  return there.length > 0 ? Object.fromEntries(there) : undefined;
}

/** @throws UsageError when a change would change nothing */
export function refuseNothing(settings: Settings): Settings {
  if (Object.keys(settings).length > 0) return settings;
  throw new UsageError('Nothing is given that should change.');
}

export const IF_VERSION_OPTION = {
  'if-version': {
    kind: 'text',
    value: 'number',
    meaning: 'Only if the record is still at this version; otherwise at whatever version it has now.',
  },
} as const;

/** @throws UsageError */
export function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--if-version takes a whole number, not "${text}".`);
}
