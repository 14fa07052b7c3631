import { Button, Group, Stack, Text } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { DotsButton } from '#web/components/controls/dots-button.tsx'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { timeOfDay } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './roster.module.css'
import { useMarkAttendance } from './roster.mutations.ts'
import { type CheckInState, nameAsOrdered } from './roster.rules.ts'
import { Payment } from './roster-payment.tsx'

export const EntryMenu = menuOnDemand(
  () => import('./entry-menu.tsx'),
  (module) => module.EntryMenu,
)

type Props = {
  entry: RosterEntry
  event_id: number
  checkIn: CheckInState
  /** It has a mark that waits for its answer. */
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
          {has_clash && <Mark>Has another booking at this time</Mark>}
        </Group>
        <Text size="sm" c="dimmed" truncate className={classes.address}>
          {isUnsent && <Unsent />}
          {user.email}
          {checked_in_at && ` · here since ${timeOfDay(fromWire(checked_in_at))}`}
        </Text>
        <Text size="sm" className={classes.note}>
          <span className={classes.onPhones}>
            {isUnsent && <Unsent />}
            {PAYMENTS[entry.payment_status]}{' '}
          </span>
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
      <EntryMenu
        entry={entry}
        event_id={event_id}
        checkIn={checkIn}
        {...on}
        button={(button) => (
          <DotsButton label={`More about ${name}`} size={44} className={classes.more} {...button} />
        )}
      />
    </li>
  )
}

/** Stands in a line that is there in any case: rows stay where the finger is. */
const Unsent = () => (
  <Text span inherit fw={600} c="var(--ink)">
    Not sent yet ·{' '}
  </Text>
)

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
