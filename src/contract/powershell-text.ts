/**
 * A text as PowerShell reads it and no more (about_Quoting_Rules): what stands in it cannot end it, so that a cmdlet of
 * ours can be pasted whatever the value is.
 */
export const powershellText = (text: string): string =>
  `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
