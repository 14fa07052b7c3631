import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { upcomingBookingsQuery } from '#web/features/bookings/booking.queries.ts'
import { BookingCard } from '#web/features/bookings/booking-card.tsx'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { Notices } from '#web/features/notices/notices.tsx'

/** What somebody with an account wants to know first: what has changed, and their next booking. */
export function OwnSeats() {
  useLiveSeats()
  const next = useQuery(upcomingBookingsQuery).data?.bookings[0]
  return (
    <>
      <Notices />
      {next && (
        <section>
          <Title order={2} mb="lg">
            Your next seat
          </Title>
          <BookingCard booking={next} headingOrder={3} />
        </section>
      )}
    </>
  )
}
