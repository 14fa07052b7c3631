import { Stack, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { LinkButton } from '#web/components/controls/links.tsx'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { Page } from '#web/components/layout/page.tsx'
import {
  cancelledBookingsQuery,
  pastBookingsQuery,
  upcomingBookingsPageQuery,
} from '#web/features/bookings/booking.queries.ts'
import { BookingList, BookingsPending } from '#web/features/bookings/booking-list.tsx'
import { CancelBooking } from '#web/features/bookings/cancel-booking.tsx'
import { CalendarFeed } from '#web/features/calendar-feed/calendar-feed.tsx'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { Notices } from '#web/features/notices/notices.tsx'
import { OwnWaitlists } from '#web/features/waitlist/own-waitlists.tsx'
import { clocksInWords } from '#web/lib/format.ts'
import { useFirstWait } from '#web/lib/queries/first-wait.ts'
import { paths } from '#web/paths.ts'

export function BookingsPage() {
  useLiveSeats()
  // What stands below the list comes with it, and is not pushed down by it.
  const isListed = !useFirstWait(useQuery(upcomingBookingsPageQuery(1)).isPending)
  return (
    <Page title="Your bookings" lead={clocksInWords()}>
      <Notices mb="xl" pending={<BookingsPending />}>
        <Tabs defaultValue="upcoming" keepMounted={false}>
          <Tabs.List mb="xl">
            <Tabs.Tab value="upcoming">Upcoming</Tabs.Tab>
            <Tabs.Tab value="past">Past</Tabs.Tab>
            <Tabs.Tab value="cancelled">Cancelled</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="upcoming">
            <Stack gap={40}>
              <Upcoming />
              {isListed && <OwnWaitlists />}
              <div id="calendar">{isListed && <CalendarFeed />}</div>
            </Stack>
          </Tabs.Panel>
          <Tabs.Panel value="past">
            <Past />
          </Tabs.Panel>
          <Tabs.Panel value="cancelled">
            <Cancelled />
          </Tabs.Panel>
        </Tabs>
      </Notices>
    </Page>
  )
}

function Upcoming() {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useQuery(upcomingBookingsPageQuery(page))
  return (
    <div>
      <BookingList
        bookings={data?.bookings}
        error={error}
        retry={refetch}
        empty={
          <EmptyState
            title="Nothing booked"
            action={<LinkButton to={paths.events}>See what is on</LinkButton>}
          >
            Your bookings are listed here, with everything you need to know on the day.
          </EmptyState>
        }
        actionsOf={(booking) => <CancelBooking booking={booking} />}
      />
      {data && <PageSwitch page={page} pages={data.pagination.pages} onPage={setPage} />}
    </div>
  )
}

function Past() {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useQuery(pastBookingsQuery(page))
  return (
    <>
      <BookingList
        isPast
        bookings={data?.bookings}
        error={error}
        retry={refetch}
        empty={
          <EmptyState title="No past bookings yet">
            Events that you have attended are listed here, the latest first.
          </EmptyState>
        }
      />
      {data && <PageSwitch page={page} pages={data.pagination.pages} onPage={setPage} />}
    </>
  )
}

function Cancelled() {
  const [page, setPage] = useState(1)
  const { data, error, refetch } = useQuery(cancelledBookingsQuery(page))
  return (
    <>
      <BookingList
        bookings={data?.bookings}
        error={error}
        retry={refetch}
        empty={
          <EmptyState title="Nothing cancelled">
            Bookings that you or the studio cancel are listed here until the event would have begun.
          </EmptyState>
        }
      />
      {data && <PageSwitch page={page} pages={data.pagination.pages} onPage={setPage} />}
    </>
  )
}
