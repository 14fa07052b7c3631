import { ActionIcon, Avatar, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import type { ComponentProps } from 'react'
import type { User } from '#web/lib/api/contract.ts'
import { fullName, initialsOf } from '#web/lib/text/names.ts'
import classes from './shell.module.css'

export const COLOR_SCHEMES = [
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
  { value: 'auto', label: 'As the system', Icon: IconDeviceDesktop },
] as const

export function ColorSchemeButton(props: ComponentProps<'button'>) {
  const { colorScheme } = useMantineColorScheme()
  const { Icon, label } = COLOR_SCHEMES.find(({ value }) => value === colorScheme) ?? COLOR_SCHEMES[2]
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={44}
      radius="xl"
      aria-label={`Appearance: ${label}`}
      {...(props as object)}
    >
      <Icon size={20} stroke={1.6} />
    </ActionIcon>
  )
}

export function AccountButton({ user, ...props }: ComponentProps<'button'> & { user: User }) {
  return (
    <button type="button" className={classes.account} {...props}>
      <span className="visually-hidden">
        Account of <bdi>{fullName(user)}</bdi>
      </span>
      <Avatar color="ember" radius="xl" alt="" aria-hidden="true">
        {initialsOf(user)}
      </Avatar>
    </button>
  )
}
