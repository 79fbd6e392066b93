/**
 * A button that shows that its act is under way, or that there is nothing to do, and keeps the focus: the library's own
 * would be disabled meanwhile, and whoever works by keyboard would begin at the top of the page again.
 */
import { Button, type ButtonProps, Loader } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';

export interface BusyButtonProps extends Pick<ButtonProps, 'variant' | 'size' | 'color' | 'leftSection'> {
  isBusy: boolean;
  /** There is nothing to do. */
  isIdle?: boolean;
  type?: 'button' | 'submit';
  /** Where its words alone do not say what it is about. */
  'aria-label'?: string;
  onClick?(): void;
  children: ReactNode;
}

export function BusyButton({ isBusy, isIdle = false, type = 'button', onClick, ...others }: BusyButtonProps) {
  const press = (event: MouseEvent): void => {
    if (isBusy || isIdle) event.preventDefault();
    else onClick?.();
  };
  return (
    <Button
      {...others}
      type={type}
      onClick={press}
      aria-busy={isBusy}
      aria-disabled={isBusy || isIdle}
      {...(isIdle && { 'data-disabled': true })}
      {...(isBusy && { leftSection: <Loader size={16} color="currentColor" aria-hidden /> })}
    />
  );
}
