/** Tabs of a screen; which one is open stands in the address (`?tab=`), but for the first. */
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';

export interface AddressTab {
  value: string;
  label: string;
  content: ReactNode;
}

/** @param props `to` address of the screen; what a tab that is not open shows is not drawn */
export function AddressTabs({ to, tabs }: { to: '/alerts' | '/people'; tabs: readonly AddressTab[] }) {
  const { tab: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [first] = tabs;
  const open = tabs.find(({ value }) => value === asked) ?? first;
  return (
    <Tabs
      value={open?.value ?? null}
      onChange={(value) =>
        void navigate({ to, search: { tab: value === first?.value ? '' : (value ?? '') } })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content }) => (
        <Tabs.Panel key={value} value={value}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
