/** A link to a message's page. */
import { Anchor, type AnchorProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';

const RoutedAnchor = createLink(Anchor<'a'>);

export function MessageLink({
  id,
  children,
  ...look
}: { id: string; children: ReactNode } & Omit<AnchorProps, 'children'>) {
  return (
    <RoutedAnchor to="/messages/$id" params={{ id }} {...look}>
      {children}
    </RoutedAnchor>
  );
}
