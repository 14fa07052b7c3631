import { Menu } from '@mantine/core'
import { IconCalendarOff, IconMail, IconPhone, IconUserOff, IconX } from '@tabler/icons-react'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { mailto, tel } from '#web/lib/contact-links.ts'
import { PaymentItems } from './payment-menu.tsx'
import classes from './roster.module.css'
import { useMarkAttendance } from './roster.mutations.ts'
import type { CheckInState } from './roster.rules.ts'

type Props = MenuOfButton & {
  entry: RosterEntry
  event_id: number
  checkIn: CheckInState
  onRemove: (entry: RosterEntry) => void
  onRemoveAll: (entry: RosterEntry) => void
}

export function EntryMenu({ entry, event_id, checkIn, onRemove, onRemoveAll, ...menu }: Props) {
  const { mutate } = useMarkAttendance(event_id)
  const { user, attendance, notes } = entry
  const isOn = entry.status !== 'CANCELLED'
  const phone = user.phone ? tel(user.phone) : undefined
  return (
    <ButtonMenu
      width={230}
      middlewares={{ flip: true, shift: true, size: true }}
      className={classes.menu}
      {...menu}
    >
      {notes && (
        <Menu.Label className={classes.onPhones}>
          “<bdi>{notes}</bdi>”
        </Menu.Label>
      )}
      <Menu.Item component="a" href={mailto(user.email)} leftSection={<IconMail size={18} stroke={1.6} />}>
        Send e-mail
      </Menu.Item>
      {user.phone && phone && (
        <Menu.Item component="a" href={phone} leftSection={<IconPhone size={18} stroke={1.6} />}>
          Call {user.phone}
        </Menu.Item>
      )}
      {user.phone && !phone && <Menu.Label>Phone: {user.phone}</Menu.Label>}
      <PaymentItems entry={entry} event_id={event_id} isOnPhones />
      {isOn && checkIn.hasBegun && (
        <Menu.Item
          leftSection={<IconUserOff size={18} stroke={1.6} />}
          onClick={() => mutate({ entry, attendance: attendance === 'no_show' ? null : 'no_show' })}
        >
          {attendance === 'no_show' ? 'Undo “did not come”' : 'Did not come'}
        </Menu.Item>
      )}
      <Menu.Divider />
      {isOn && !checkIn.hasBegun && (
        <Menu.Item
          c="var(--bad)"
          leftSection={<IconX size={18} stroke={1.6} />}
          onClick={() => onRemove(entry)}
        >
          Cancel their booking…
        </Menu.Item>
      )}
      <Menu.Item
        c="var(--bad)"
        leftSection={<IconCalendarOff size={18} stroke={1.6} />}
        onClick={() => onRemoveAll(entry)}
      >
        Cancel all their bookings…
      </Menu.Item>
    </ButtonMenu>
  )
}
