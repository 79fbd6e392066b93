/** The button that opens a row's menu; the menu itself is made for the one row whose button was pressed. */
import type { ComponentProps, ReactNode } from 'react';
import { strings } from '../../strings/index.js';
import styles from './home.module.css';

export interface ActsButtonProps extends ComponentProps<'button'> {
  /** Of the connector. */
  name: string;
  sign: ReactNode;
}

export function ActsButton({ name, sign, ...others }: ActsButtonProps) {
  return (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      {...others}
      className={styles.acts}
      aria-label={strings.home.list.actsOf(name)}
      data-acts
    >
      {sign}
    </button>
  );
}
