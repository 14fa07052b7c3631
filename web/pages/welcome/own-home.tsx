import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { upcomingBookingsQuery } from '#web/features/bookings/booking.queries.ts'
import { BookingCard } from '#web/features/bookings/booking-card.tsx'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { Notices } from '#web/features/notices/notices.tsx'
import { isAwaited, useFirstWait } from '#web/lib/queries/first-wait.ts'

type Props = { pending: ReactNode; hero: ReactNode; children: ReactNode }

/** Home for somebody with an account: what has changed comes before the picture, and their next booking after it. */
export function OwnHome({ pending, hero, children }: Props) {
  useLiveSeats()
  const own = useQuery(upcomingBookingsQuery)
  if (useFirstWait(isAwaited(own))) return pending
  const next = own.data?.bookings[0]
  return (
    <Notices pending={pending}>
      {hero}
      {next && (
        <section>
          <Title order={2} mb="lg">
            Your next seat
          </Title>
          <BookingCard booking={next} headingOrder={3} />
        </section>
      )}
      {children}
    </Notices>
  )
}
