/** Has the browser save something as a JSON file. */

/** Long enough for the browser to have begun with it. */
const KEPT_MS = 60_000;

/** @param content anything that JSON can say */
export function saveFile(name: string, content: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
