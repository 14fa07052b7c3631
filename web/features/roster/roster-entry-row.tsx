import { ActionIcon, Button, Group, Menu, Stack, Text } from '@mantine/core'
import {
  IconCalendarOff,
  IconCheck,
  IconDots,
  IconMail,
  IconPhone,
  IconUserOff,
  IconX,
} from '@tabler/icons-react'
import { Mark } from '#web/components/layout/mark.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { mailto, tel } from '#web/lib/contact-links.ts'
import { timeOfDay } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './roster.module.css'
import { useMarkAttendance } from './roster.mutations.ts'
import { type CheckInState, nameAsOrdered } from './roster.rules.ts'
import { Payment, PaymentItems } from './roster-payment.tsx'

type Props = {
  entry: RosterEntry
  event_id: number
  checkIn: CheckInState
  /** Its attendance is queued until there is a connection. */
  isUnsent: boolean
  /** Cancels this booking; `onRemoveAll` all upcoming bookings of the person. */
  onRemove: (entry: RosterEntry) => void
  onRemoveAll: (entry: RosterEntry) => void
}

export function RosterEntryRow({ entry, event_id, checkIn, isUnsent, ...on }: Props) {
  const { user, notes, attendance, checked_in_at, has_clash } = entry
  const isGone = entry.status === 'CANCELLED'
  const name = fullName(user)
  return (
    <li className={classes.entry} data-gone={isGone || undefined} aria-label={name}>
      <Stack gap={1} className={classes.about}>
        <Group gap="xs">
          <Text fw={500} className={classes.who} dir="auto">
            {nameAsOrdered(user)}
          </Text>
          {isGone && <Mark>Cancelled</Mark>}
          {attendance === 'no_show' && <Mark>Did not come</Mark>}
          {isUnsent && <Mark>Not sent yet</Mark>}
          {has_clash && <Mark>Has another booking at this time</Mark>}
        </Group>
        <Text size="sm" c="dimmed" truncate className={classes.address}>
          {user.email}
          {checked_in_at && ` · here since ${timeOfDay(fromWire(checked_in_at))}`}
        </Text>
        <Text size="sm" className={classes.note}>
          <span className={classes.onPhones}>{PAYMENTS[entry.payment_status]} </span>
          {notes && (
            <>
              “<bdi>{notes}</bdi>”
            </>
          )}
        </Text>
      </Stack>
      <div className={classes.checkIn} data-here={attendance === 'attended' || undefined}>
        {!isGone && <CheckIn entry={entry} event_id={event_id} checkIn={checkIn} name={name} />}
      </div>
      <div className={classes.payment}>
        <Payment entry={entry} event_id={event_id} name={name} />
      </div>
      <More entry={entry} event_id={event_id} checkIn={checkIn} name={name} {...on} />
    </li>
  )
}

type Named = Pick<Props, 'entry' | 'event_id'> & { name: string }

/** A toggle. */
function CheckIn({ entry, event_id, checkIn, name }: Named & { checkIn: CheckInState }) {
  const { mutate } = useMarkAttendance(event_id)
  const isHere = entry.attendance === 'attended'
  return (
    <Button
      size="sm"
      variant={isHere ? 'light' : 'default'}
      disabled={!checkIn.isOpen}
      aria-pressed={isHere}
      aria-label={`${isHere ? 'Here' : 'Check in'}: ${name}`}
      leftSection={isHere && <IconCheck size={16} stroke={2} />}
      onClick={() => mutate({ entry, attendance: isHere ? null : 'attended' })}
    >
      {isHere ? 'Here' : 'Check in'}
    </Button>
  )
}

type MoreProps = Omit<Props, 'isUnsent'> & { name: string }

function More({ entry, event_id, checkIn, name, onRemove, onRemoveAll }: MoreProps) {
  const { mutate } = useMarkAttendance(event_id)
  const { user, attendance, notes } = entry
  const isOn = entry.status !== 'CANCELLED'
  const phone = user.phone ? tel(user.phone) : undefined
  return (
    <Menu
      position="bottom-end"
      width={230}
      withinPortal
      middlewares={{ flip: true, shift: true, size: true }}
    >
      <Menu.Target>
        <ActionIcon
          className={classes.more}
          variant="subtle"
          color="gray"
          size={44}
          radius="xl"
          aria-label={`More about ${name}`}
        >
          <IconDots size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
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
      </Menu.Dropdown>
    </Menu>
  )
}
