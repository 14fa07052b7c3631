import { Group, Pagination, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { Booking } from '#booking/bookings/booking.schema.ts'
import { EmptyState } from '#web/components/empty-state.tsx'
import { ErrorNotice } from '#web/components/error-notice.tsx'
import { LinkButton, TextLink } from '#web/components/links.tsx'
import { Page } from '#web/components/page.tsx'
import {
  cancelledBookingsQuery,
  pastBookingsQuery,
  upcomingBookingsQuery,
} from '#web/features/bookings/booking.queries.ts'
import classes from '#web/features/bookings/booking-card.module.css'
import { BookingCard } from '#web/features/bookings/booking-card.tsx'
import { CalendarFeed } from '#web/features/bookings/calendar-feed.tsx'
import { CancelBooking } from '#web/features/bookings/cancel-booking.tsx'
import { useLiveSeats } from '#web/features/waitlist/use-live-seats.ts'
import { ownWaitlistQuery } from '#web/features/waitlist/waitlist.queries.ts'
import { ordinal, readersZone, shortDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'

export function BookingsPage() {
  useLiveSeats()
  return (
    <Page title="Your bookings" lead={`Times are yours: ${readersZone().replaceAll('_', ' ')}.`}>
      <Tabs defaultValue="upcoming" keepMounted={false}>
        <Tabs.List mb="xl">
          <Tabs.Tab value="upcoming">Upcoming</Tabs.Tab>
          <Tabs.Tab value="past">Past</Tabs.Tab>
          <Tabs.Tab value="cancelled">Cancelled</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="upcoming">
          <Stack gap={40}>
            <Upcoming />
            <Lines />
            <CalendarFeed />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="past">
          <Past />
        </Tabs.Panel>
        <Tabs.Panel value="cancelled">
          <Cancelled />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function Upcoming() {
  const { data, error, refetch } = useQuery(upcomingBookingsQuery)
  return (
    <BookingList
      bookings={data?.bookings}
      error={error}
      retry={refetch}
      empty={
        <EmptyState title="Nothing booked" action={<LinkButton to={paths.events}>See what is on</LinkButton>}>
          What you book is kept for you here, with everything you need to know on the day.
        </EmptyState>
      }
      actionsOf={(booking) => <CancelBooking booking={booking} />}
    />
  )
}

/** Where one waits for a seat. */
function Lines() {
  const { data } = useQuery(ownWaitlistQuery)
  if (!data || data.waitlist.length === 0) return null
  return (
    <section>
      <Title order={2} mb="sm">
        Waiting for a seat
      </Title>
      <Stack gap="xs">
        {data.waitlist.map(({ event, position }) => (
          <Group key={event.id} justify="space-between" gap="xs">
            <TextLink to={paths.event} params={{ id: String(event.id) }} underline="always">
              {event.title}
            </TextLink>
            <Text c="dimmed" size="sm">
              {shortDay(fromWire(event.start_datetime))}, {timeOfDay(fromWire(event.start_datetime))}
              {position !== null && ` · ${position === 1 ? 'next' : ordinal(position)} in line`}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
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
          <EmptyState title="Nothing behind you yet">
            Where you have been will be listed here, the latest first.
          </EmptyState>
        }
      />
      {data && data.pagination.pages > 1 && (
        <Group justify="center" mt="xl">
          <Pagination
            total={data.pagination.pages}
            value={page}
            onChange={setPage}
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
            getItemProps={(item) => ({ 'aria-label': `Page ${item}` })}
          />
        </Group>
      )}
    </>
  )
}

function Cancelled() {
  const { data, error, refetch } = useQuery(cancelledBookingsQuery)
  return (
    <BookingList
      bookings={data?.bookings}
      error={error}
      retry={refetch}
      empty={<EmptyState title="Nothing cancelled">Seats that you gave up would be listed here.</EmptyState>}
    />
  )
}

type ListProps = {
  bookings: Booking[] | undefined
  error: unknown
  retry: () => void
  empty: ReactNode
  isPast?: boolean
  actionsOf?: (booking: Booking) => ReactNode
}

function BookingList({ bookings, error, retry, empty, isPast, actionsOf }: ListProps) {
  if (error && !bookings) return <ErrorNotice error={error} retry={retry} />
  if (!bookings) {
    return (
      <Stack role="status" aria-label="Loading bookings" aria-busy="true">
        <Skeleton height={144} radius="lg" />
        <Skeleton height={144} radius="lg" />
      </Stack>
    )
  }
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
