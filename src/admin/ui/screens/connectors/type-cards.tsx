/** The connector types to choose from, as the service has them. */
import { Group, Radio, SimpleGrid, Text } from '@mantine/core';
import type { ConnectorType } from '../../api/client.js';
import { strings } from '../../strings/index.js';
import classes from './type-cards.module.css';

export interface TypeCardsProps {
  types: readonly ConnectorType[];
  value: string | undefined;
  onChoose(name: string): void;
}

export function TypeCards({ types, value, onChoose }: TypeCardsProps) {
  return (
    <Radio.Group value={value ?? null} onChange={onChoose} aria-label={strings.connectors.create.typeLabel}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {types.map(({ name, title, description }) => (
          <Radio.Card key={name} value={name} p="md" className={classes.card ?? ''} aria-label={title}>
            <Group wrap="nowrap" align="start">
              <Radio.Indicator />
              <div>
                <Text fw={600}>{title}</Text>
                <Text size="sm" c="dimmed">
                  {description}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
