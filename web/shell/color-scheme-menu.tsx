import { Menu, useMantineColorScheme } from '@mantine/core'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import { COLOR_SCHEMES } from './menu-buttons.tsx'

export function ColorSchemeMenu(menu: MenuOfButton) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <ButtonMenu width={190} {...menu}>
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
    </ButtonMenu>
  )
}
