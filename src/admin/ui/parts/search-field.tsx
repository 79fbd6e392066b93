/**
 * Searches while somebody types, once they pause. What is typed is kept here: the address, where the search stands, comes
 * back too late for the next key.
 */
import { CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { strings } from '../strings/index.js';

const PAUSE_MS = 350;

export interface SearchFieldProps
  extends Pick<TextInputProps, 'label' | 'description' | 'placeholder' | 'maw' | 'className'> {
  value: string;
  /** @param text without space around it */
  onSearch(text: string): void;
}

export function SearchField({ value, onSearch, ...looks }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const told = useRef([value]);
  const tell = (text: string): void => {
    told.current.push(text);
    onSearch(text);
  };
  const tellSoon = useDebouncedCallback((text: string) => tell(text.trim()), PAUSE_MS);
  // Filters that were cleared, or an address that was gone back to, say what stands here; our own words, late, do not.
  useEffect(() => {
    const at = told.current.lastIndexOf(value);
    if (at === -1) setTyped(value);
    told.current = at === -1 ? [value] : told.current.slice(at);
  }, [value]);
  return (
    <TextInput
      {...looks}
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
            aria-label={strings.parts.clearSearch}
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
