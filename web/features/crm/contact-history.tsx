import { Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import type { CrmStatusChange, Notification } from '#web/lib/api/contract.ts'
import { nearOrShortDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { nameOfStage } from './board.rules.ts'
import classes from './contact-history.module.css'
import { historyQuery } from './crm.queries.ts'

type Props = { facilitator_id: number; booking: Notification }

/** Newest first, with the booking as the oldest entry. */
export function ContactHistory({ facilitator_id, booking }: Props) {
  const { data, error, refetch } = useQuery(historyQuery(facilitator_id, booking.booking_id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  return (
    <Stack gap="sm">
      <Title order={3}>History</Title>
      {!data && <Skeleton height={120} aria-label="Loading the history" />}
      {data && (
        <ol className={classes.history}>
          {data.history.map((step) => (
            <Step key={step.id} step={step} />
          ))}
          <li className={classes.step}>
            <Text fw={500}>Booked</Text>
            <When at={booking.received_at} />
          </li>
        </ol>
      )}
    </Stack>
  )
}

function Step({ step: { old_status, new_status, notes, author, changed_at } }: { step: CrmStatusChange }) {
  return (
    <li className={classes.step}>
      <Text fw={500}>{old_status === new_status ? 'Note' : `Moved to ${nameOfStage(new_status)}`}</Text>
      <When at={changed_at} by={author} />
      {notes && (
        <div className={classes.note} dir="auto">
          {notes}
        </div>
      )}
    </li>
  )
}

function When({ at, by }: { at: string; by?: string | null }) {
  const time = fromWire(at)
  return (
    <Text size="sm" c="dimmed">
      {nearOrShortDay(time, new Date())}, {timeOfDay(time)}
      {by && ` · ${by}`}
    </Text>
  )
}
