import { Menu, useMantineColorScheme } from '@mantine/core'
import { COLOR_SCHEMES, ColorSchemeButton } from './menu-buttons.tsx'

export function ColorSchemeMenu({ defaultOpened }: { defaultOpened: boolean }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end" width={190} withinPortal defaultOpened={defaultOpened}>
      <Menu.Target>
        <ColorSchemeButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(chosen) =>
            setColorScheme(COLOR_SCHEMES.find(({ value }) => value === chosen)?.value ?? 'auto')
          }
        >
          {COLOR_SCHEMES.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
