import { ActionIcon, Group, Menu, Stack, Text } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Mark } from '#web/components/layout/mark.tsx'
import type { ManagedUser } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import classes from './user-row.module.css'
import type { Action, Offer } from './users.rules.ts'

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
      <Menu position="bottom-end" width={260} withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={44} radius="xl" aria-label={`Actions for ${name}`}>
            <IconDots size={20} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {offers.map(({ action, label, refusal }) => (
            <Menu.Item
              key={action}
              c={action === 'close' && refusal === undefined ? 'var(--bad)' : undefined}
              disabled={refusal !== undefined}
              onClick={() => onAct(action)}
            >
              {label}
            </Menu.Item>
          ))}
          <Refusal offers={offers} />
        </Menu.Dropdown>
      </Menu>
    </li>
  )
}

/** The reason why items are disabled, once for all of them. */
function Refusal({ offers }: Pick<Props, 'offers'>) {
  const refusal = offers.find((each) => each.refusal !== undefined)?.refusal
  return refusal === undefined ? null : <Menu.Label>{refusal}</Menu.Label>
}
