/** Asks before something is destroyed: names what will happen, and waits for a yes. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { strings } from '../strings/index.js';

export interface Question {
  title: string;
  /** What will happen, and what will not come back. */
  text: ReactNode;
  /** On the button that does it: the act itself, never "OK". */
  act: string;
  /** Red, for what cannot be undone; true unless said. */
  isDestructive?: boolean;
}

const ABOVE_DIALOGS = 210;

type Ask = (question: Question) => Promise<boolean>;

const Context = createContext<Ask>(async () => false);

/** @returns a function that asks and resolves with the answer */
export const useConfirm = (): Ask => useContext(Context);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ question: Question; answer(yes: boolean): void }>();
  const [isOpen, setIsOpen] = useState(false);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        setAsked({ question, answer: resolve });
        setIsOpen(true);
      }),
    [],
  );
  const end = (yes: boolean): void => {
    setIsOpen(false);
    asked?.answer(yes);
  };
  const value = useMemo(() => ask, [ask]);
  return (
    <Context value={value}>
      {children}
      <Modal
        opened={isOpen}
        onClose={() => end(false)}
        title={asked?.question.title}
        centered
        // It may be asked from within a dialog, and stands before it.
        zIndex={ABOVE_DIALOGS}
      >
        <Stack>
          <Text component="div" size="sm">
            {asked?.question.text}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => end(false)} data-autofocus>
              {strings.parts.keep}
            </Button>
            <Button
              {...(asked?.question.isDestructive !== false && { color: 'red.9' })}
              onClick={() => end(true)}
            >
              {asked?.question.act}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Context>
  );
}
