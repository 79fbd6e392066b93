/** Light, dark, or as the system says; remembered in this browser. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconContrast2 } from '@tabler/icons-react';
import { strings } from '../strings/index.js';

export function ColourMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={strings.shell.colours}>
          <IconContrast2 size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((each) => (
          <Menu.Item
            key={each}
            onClick={() => setColorScheme(each)}
            rightSection={colorScheme === each ? <IconCheck size={14} aria-hidden /> : undefined}
            {...(colorScheme === each && { 'aria-current': true as const })}
          >
            {strings.shell.colourNames[each]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
