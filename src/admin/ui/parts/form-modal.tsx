/**
 * A dialog with a form, or with what is shown once. While something in it would be lost, a stray key or a click beside
 * it does not close it; its buttons do.
 */
import { Modal } from '@mantine/core';
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';

const Context = createContext<(isHeld: boolean) => void>(() => undefined);

/**
 * Keeps the dialog around open; nothing where there is none.
 * @param isHeld whether there is something to lose: typed, under way, or shown once
 */
export function useModalHold(isHeld: boolean): void {
  const hold = useContext(Context);
  // Before the next key is taken.
  useLayoutEffect(() => {
    hold(isHeld);
    return () => hold(false);
  }, [hold, isHeld]);
}

export interface FormModalProps {
  isOpen: boolean;
  title: string;
  size?: string;
  onClose(): void;
  children: ReactNode;
}

export function FormModal({ isOpen, title, size, onClose, children }: FormModalProps) {
  const [isHeld, setIsHeld] = useState(false);
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      {...(size !== undefined && { size })}
      closeOnEscape={!isHeld}
      closeOnClickOutside={!isHeld}
    >
      <Context value={setIsHeld}>{children}</Context>
    </Modal>
  );
}
