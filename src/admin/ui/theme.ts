/** Colours, sizes and defaults of the web app; each pair of text and ground holds WCAG AA in light and dark. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';
import { strings } from './strings/index.js';

const clear = { 'aria-label': strings.parts.clear };
const close = { 'aria-label': strings.parts.close };

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  defaultRadius: 'md',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  components: {
    // Signs alone say nothing to who listens.
    Modal: { defaultProps: { closeButtonProps: close } },
    Drawer: { defaultProps: { closeButtonProps: close } },
    // What scrolls is scrolled by keyboard too, where nothing in it takes the focus.
    TableScrollContainer: { defaultProps: { tabIndex: 0 } },
    Notification: {
      defaultProps: { closeButtonProps: close },
      // The library's grey falls short on white.
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    FileInput: { defaultProps: { clearButtonProps: clear } },
    Select: { defaultProps: { clearButtonProps: clear } },
    MultiSelect: { defaultProps: { clearButtonProps: clear } },
    TagsInput: { defaultProps: { clearButtonProps: clear } },
    Loader: { defaultProps: { role: 'status' } },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': strings.parts.reveal } } },
  },
});

/** Colours that words are written in. */
const WORDED = ['blue', 'red', 'green', 'yellow', 'orange', 'gray', 'grape', 'teal'] as const;

/**
 * Where words stand on a tint of their own colour (badges, the current place in the navigation, outlined panels), the
 * library's shades fall short of 4.5 to 1.
 */
export const worded: CSSVariablesResolver = () => {
  const all = (shade: number): Record<string, string> =>
    Object.fromEntries(
      WORDED.flatMap((colour) => {
        const value = `var(--mantine-color-${colour}-${shade})`;
        return [
          [`--mantine-color-${colour}-light-color`, value],
          [`--mantine-color-${colour}-outline`, value],
          [`--mantine-color-${colour}-text`, value],
        ];
      }),
    );
  return {
    variables: {},
    light: {
      ...all(9),
      '--mantine-color-blue-light': 'var(--mantine-color-blue-0)',
      '--mantine-color-blue-light-hover': 'var(--mantine-color-blue-1)',
      '--mantine-color-yellow-light-color': '#7a4a00',
      '--mantine-color-yellow-outline': '#7a4a00',
      '--mantine-color-yellow-text': '#7a4a00',
      '--mantine-color-green-light-color': '#186a2a',
      '--mantine-color-green-outline': '#186a2a',
      '--mantine-color-orange-light-color': '#8f3a00',
      '--mantine-color-dimmed': '#4f5965',
      '--mantine-color-placeholder': '#6b7480',
      '--mantine-color-error': '#b3261e',
      '--mantine-color-anchor': 'var(--mantine-color-blue-8)',
    },
    dark: {
      ...all(3),
      '--mantine-color-dimmed': '#a9b2be',
      '--mantine-color-placeholder': '#949ca8',
      '--mantine-color-error': '#ff8a80',
      '--mantine-color-anchor': 'var(--mantine-color-blue-3)',
    },
  };
};
