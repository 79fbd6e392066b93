/** The grant as an encrypted file: exported for another machine, or imported from one. */
import { Stack } from '@mantine/core';
import type { Connection } from '../../api/client.js';
import { GrantExport } from './grant-export.js';
import { GrantImport } from './grant-import.js';

export function GrantTransfer({ connection }: { connection: Connection }) {
  return (
    <Stack gap="md">
      <GrantExport connection={connection} />
      <GrantImport connection={connection} />
    </Stack>
  );
}
