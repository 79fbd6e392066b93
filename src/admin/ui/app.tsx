/** The web app as one component: theme, data, the live connection to the service, and the router. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { watchChanges } from './api/changes.js';
import { queryClient } from './api/query-client.js';
import { ConfirmProvider } from './parts/confirm.js';
import { router } from './routes.js';
import { theme, worded } from './theme.js';

/** @param props `nonce` of this page's Content-Security-Policy, for the style elements that components insert */
export function App({ nonce }: { nonce: string }) {
  useEffect(() => watchChanges(queryClient), []);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={worded}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <ConfirmProvider>
          <RouterProvider router={router} />
        </ConfirmProvider>
        <Notifications position="bottom-right" autoClose={8_000} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
