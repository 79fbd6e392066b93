/** Searches while somebody types, once they pause. */
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { strings } from '../../strings/index.js';
import classes from './messages.module.css';

const PAUSE_MS = 350;

export interface SearchFieldProps {
  value: string;
  onSearch(text: string): void;
}

export function SearchField({ value, onSearch }: SearchFieldProps) {
  const words = strings.messages.search;
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = (text: string): void => {
    told.current = text;
    onSearch(text);
  };
  const tellSoon = useDebouncedCallback((text: string) => tell(text.trim()), PAUSE_MS);
  // Filters that were cleared, or an address that was gone back to, say what stands here; our own words do not.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  return (
    <TextInput
      className={classes.search}
      label={words.label}
      placeholder={words.placeholder}
      type="search"
      maxLength={200}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tellSoon(currentTarget.value);
      }}
      rightSection={
        typed !== '' && (
          <CloseButton
            size="sm"
            aria-label={words.clear}
            onClick={() => {
              tellSoon.cancel();
              setTyped('');
              tell('');
            }}
          />
        )
      }
    />
  );
}
