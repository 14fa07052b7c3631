import { Menu } from '@mantine/core'
import { IconFeather, IconLogout, IconTicket, IconUser } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import { logOut } from '#web/features/sessions/sessions.mutations.ts'
import type { User } from '#web/lib/api/contract.ts'
import { runsEvents, useRole } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'

export function AccountMenu({ user, ...menu }: { user: User } & MenuOfButton) {
  const navigate = useNavigate()
  const hasStudio = runsEvents(useRole())
  return (
    <ButtonMenu width={230} {...menu}>
      <Menu.Label>{user.email}</Menu.Label>
      <Menu.Divider />
      {hasStudio && (
        <Menu.Item
          leftSection={<IconFeather size={18} stroke={1.6} />}
          onClick={() => navigate({ to: paths.dashboard })}
        >
          Studio
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconTicket size={18} stroke={1.6} />}
        onClick={() => navigate({ to: paths.bookings })}
      >
        Bookings
      </Menu.Item>
      <Menu.Item
        leftSection={<IconUser size={18} stroke={1.6} />}
        onClick={() => navigate({ to: paths.profile })}
      >
        Profile
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        leftSection={<IconLogout size={18} stroke={1.6} />}
        onClick={() => logOut().then(() => navigate({ to: paths.home }))}
      >
        Log out
      </Menu.Item>
    </ButtonMenu>
  )
}
