/** What a form wants to know of a setting and JSON Schema has no word for; published within the schema, and looked at by forms alone. */

/** Tabs besides Settings, where a setting stands that names none. */
export const SETTING_TABS = ['automation', 'advanced'] as const;

/**
 * What the value of a setting stands for:
 *   duration       text such as "5m"
 *   bytes          a number of bytes
 *   addresses      mail addresses, one text or several
 *   date           a day or time of ISO 8601
 *   schedule       an object of `every` (duration), or `cron` and `timeZone`
 *   webhookSecret  a secret of Standard Webhooks, which a form may offer to make
 */
export const SETTING_KINDS = [
  ...(['duration', 'bytes', 'addresses', 'date', 'schedule', 'webhookSecret'] as const),
] as const;

export interface SettingHints {
  /** Of the settings on top alone; what lies within one stands where it does. */
  tab?: (typeof SETTING_TABS)[number];
  kind?: (typeof SETTING_KINDS)[number];
  /** What a number counts, such as "messages". */
  unit?: string;
  /** Texts that have a name, where others that the pattern allows may be written as well. */
  choices?: readonly { const: string; title: string; description?: string }[];
  /** What to call it when none of the choices is meant. */
  otherwise?: string;
}

/** @returns the hints, to be spread into a schema; without this, nobody would notice one that is misspelt */
export const hints = (given: SettingHints): SettingHints => given;
