/** All connectors, or one: found by its name, among however many. */
import { Select } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { useChoices, useConnectorNames } from '../messages/use-connector-names.js';

/** More than these are found by typing. */
const SHOWN = 50;

export function ConnectorChoice({
  connector,
  onConnector,
}: {
  connector: string | undefined;
  onConnector(connector: string | undefined): void;
}) {
  const words = strings.charts;
  const [isChoosing, setChoosing] = useState(false);
  const choices = useChoices(isChoosing)?.connectors;
  const names = useConnectorNames(connector === undefined ? [] : [connector]);
  const chosen =
    connector === undefined ? [] : [{ value: connector, label: names.get(connector) ?? connector }];
  return (
    <Select
      aria-label={words.connector}
      placeholder={words.allConnectors}
      data={choices ?? chosen}
      value={connector ?? null}
      onChange={(value) => onConnector(value ?? undefined)}
      onDropdownOpen={() => setChoosing(true)}
      searchable
      clearable
      limit={SHOWN}
      nothingFoundMessage={words.noConnector}
      clearButtonProps={{ 'aria-label': words.allConnectors }}
      size="sm"
      w={{ base: '100%', xs: 260 }}
    />
  );
}
