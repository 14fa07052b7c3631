import { Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import type { Booking } from '#web/lib/api/contract.ts'
import classes from './booking-card.module.css'
import { BookingCard } from './booking-card.tsx'

type Props = {
  bookings: Booking[] | undefined
  error: unknown
  retry: () => void
  empty: ReactNode
  isPast?: boolean
  actionsOf?: (booking: Booking) => ReactNode
}

export function BookingList({ bookings, error, retry, empty, isPast, actionsOf }: Props) {
  if (error && !bookings) return <ErrorNotice error={error} retry={retry} />
  if (!bookings) return <BookingsPending />
  if (bookings.length === 0) return empty
  return (
    <ul className={classes.list}>
      {bookings.map((booking) => (
        <li key={booking.id}>
          <BookingCard booking={booking} isPast={isPast} actions={actionsOf?.(booking)} />
        </li>
      ))}
    </ul>
  )
}

export function BookingsPending() {
  return (
    <Stack role="status" aria-label="Loading bookings" aria-busy="true">
      <Skeleton height={144} radius="lg" />
      <Skeleton height={144} radius="lg" />
    </Stack>
  )
}
