/**
 * A sign-in in another tab, as this page follows it: idle → opening → waiting → done | refused; given up at any time. It
 * lives ten minutes, like its link.
 */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../../api/client.js';
import { useNow } from '../../../parts/moment.js';
import { strings } from '../../../strings/index.js';
import { newestEvent, type SignInEnd, useSignInEnd } from './use-sign-in-end.js';

/** The life of a state at the service (DESIGN.md, Flow). */
const LINK_LIFE_MS = 10 * 60_000;

interface Started {
  url: string;
  /** The browser opened no tab. */
  isBlocked: boolean;
  /** Newest event when it began. */
  after: string;
  /** ms since the epoch */
  at: number;
}

export interface BrowserSignIn {
  isOpening: boolean;
  /** What kept it from starting. */
  error: unknown;
  started: (Pick<Started, 'url' | 'isBlocked'> & { isLate: boolean }) | undefined;
  end: SignInEnd | undefined;
  /** @param inTab at once, in the click, or the browser takes the tab for an unwanted one */
  start(inTab: boolean): void;
  giveUp(): void;
}

export function useBrowserSignIn(id: string): BrowserSignIn {
  const [started, setStarted] = useState<Started>();
  const end = useSignInEnd(id, started?.after);
  const now = useNow();
  const open = useMutation({
    async mutationFn(tab: Window | null) {
      const [after, { authorizationUrl }] = await Promise.all([
        newestEvent(id),
        answerOf(api.POST('/api/v1/connections/{id}/authorize', { params: { path: { id } } })),
      ]);
      tab?.location.replace(authorizationUrl);
      return { url: authorizationUrl, after };
    },
    onError: (_error, tab) => tab?.close(),
  });
  const start = (inTab: boolean): void => {
    const tab = inTab ? blankTab() : null;
    setStarted(undefined);
    open.mutate(tab, {
      onSuccess: (found) => setStarted({ ...found, isBlocked: inTab && tab === null, at: Date.now() }),
    });
  };
  const giveUp = (): void => {
    setStarted(undefined);
    open.reset();
  };
  const isLate = started !== undefined && now - started.at > LINK_LIFE_MS;
  return {
    ...{ isOpening: open.isPending, error: open.error, end, start, giveUp },
    started: started && { url: started.url, isBlocked: started.isBlocked, isLate },
  };
}

/** A tab that we may send somewhere once, and that cannot reach this page from there. */
function blankTab(): Window | null {
  const tab = globalThis.open('', '_blank');
  if (!tab) return null;
  tab.opener = null;
  tab.document.title = strings.signIn.tab.opening;
  tab.document.body.textContent = strings.signIn.tab.opening;
  return tab;
}
