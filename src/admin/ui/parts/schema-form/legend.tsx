/** The heading of settings that belong together; reads like the labels of single ones. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

export const Legend = ({ children }: { children: ReactNode }) => (
  <Text span size="sm" fw={500}>
    {children}
  </Text>
);
