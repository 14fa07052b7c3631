import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { upcomingBookingsQuery } from '#web/features/bookings/booking.queries.ts'
import { BookingCard } from '#web/features/bookings/booking-card.tsx'
import { CancelledNotice } from '#web/features/bookings/cancelled-notice.tsx'

/** What somebody with an account wants to know first: what was cancelled, and their next booking. */
export function OwnSeats() {
  const next = useQuery(upcomingBookingsQuery).data?.bookings[0]
  return (
    <>
      <CancelledNotice />
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
