import { Group, Stack, Text } from '@mantine/core'
import { DotsButton } from '#web/components/controls/dots-button.tsx'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import type { ManagedUser } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import classes from './user-row.module.css'
import type { Action, Offer } from './users.rules.ts'

const UserMenu = menuOnDemand(
  () => import('./user-menu.tsx'),
  (module) => module.UserMenu,
)

type Props = { user: ManagedUser; isOwn: boolean; offers: Offer[]; onAct: (action: Action) => void }

export function UserRow({ user, isOwn, offers, onAct }: Props) {
  const name = fullName(user)
  return (
    <li className={classes.row} aria-label={name}>
      <Stack gap={1} className={classes.about}>
        <Group gap="xs">
          <Text fw={500} className={classes.anywhere}>
            <bdi>{name}</bdi>
          </Text>
          {isOwn && <Mark>You</Mark>}
          {user.is_admin && <Mark>Admin</Mark>}
          {user.is_facilitator && <Mark>Facilitator</Mark>}
          {user.facilitator_id !== null && !user.is_facilitator && <Mark>Former facilitator</Mark>}
          {!user.is_active && <Mark>Closed</Mark>}
        </Group>
        <Text size="sm" c="dimmed" className={classes.anywhere}>
          {user.email}
        </Text>
      </Stack>
      <Text size="sm" c="dimmed" className={classes.ahead}>
        {user.bookings_ahead === 0 ? 'Nothing booked' : count(user.bookings_ahead, 'upcoming booking')}
      </Text>
      <UserMenu
        offers={offers}
        onAct={onAct}
        button={(button) => <DotsButton label={`Actions for ${name}`} size={44} {...button} />}
      />
    </li>
  )
}
