/** Shows where faults are: on the tab that holds one, on top where no field does, and by taking the focus to the first. */
import { Alert, List } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { strings } from '../../strings/index.js';
import { type PlacedFaults, tabOfPointer } from './faults.js';
import type { SettingSchema, SettingTab } from './schema.js';

/** @returns the tabs with a fault on them */
export const tabsAtFault = (schema: SettingSchema, { beside }: PlacedFaults): ReadonlySet<SettingTab> =>
  new Set([...beside.keys()].map((pointer) => tabOfPointer(schema, pointer)));

/** Beside the name of a tab. */
export function TabFault() {
  return (
    <IconAlertCircle
      size={16}
      color="var(--mantine-color-error)"
      role="img"
      aria-label={strings.schemaForm.tabAtFault}
    />
  );
}

/** Faults of what the form has no field for. */
export function FaultsElsewhere({ faults }: { faults: PlacedFaults }) {
  if (faults.elsewhere.length === 0) return null;
  return (
    <Alert color="red" variant="outline" role="alert" title={strings.schemaForm.elsewhere}>
      <List size="sm">
        {faults.elsewhere.map(({ pointer, message }) => (
          <List.Item key={pointer}>
            {pointer.slice(1)} {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Takes the focus to a field. @param within what holds it @param pointer of the field @returns whether it is drawn */
export function focusField(within: HTMLElement, pointer: string): boolean {
  const place = within.querySelector(`[data-setting="${CSS.escape(pointer)}"]`);
  place
    ?.querySelector<HTMLElement>('input:not([type="hidden"]):not([disabled]), select, textarea, button')
    ?.focus();
  return place !== null;
}
