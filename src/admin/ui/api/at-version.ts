/** Which record a change is of, and against which version of it that is made. */

/** @returns path and If-Match, as PATCH and DELETE of a record want them; who else was first shows as a 412 */
export const atVersion = ({ id, version }: { id: string; version: number }) => ({
  path: { id },
  header: { 'if-match': `"${version}"` },
});
