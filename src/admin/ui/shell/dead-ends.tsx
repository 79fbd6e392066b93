/** Where the web app does not go on: an address that nothing has, and a screen that broke. */
import { Button } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { EmptyState, Page } from '../parts/page.js';
import { RefusalPanel } from '../parts/problem-panel.js';
import { strings } from '../strings/index.js';

export function NotFound() {
  return (
    <EmptyState
      title={strings.shell.notFound}
      action={
        <Button component={Link} to="/">
          {strings.shell.backHome}
        </Button>
      }
    >
      {strings.shell.notFoundText}
    </EmptyState>
  );
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <Page title={strings.shell.crashed}>
      <RefusalPanel error={error} />
      <div>
        <Button variant="default" onClick={reset}>
          {strings.parts.tryAgain}
        </Button>
      </div>
    </Page>
  );
}
