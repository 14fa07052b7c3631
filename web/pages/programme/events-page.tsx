import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { upcomingBookingsQuery } from '#web/features/bookings/booking.queries.ts'
import { EventCalendar } from '#web/features/events/calendar/event-calendar.tsx'
import { weeksFrom } from '#web/features/events/calendar/month-grid.ts'
import { EventGrid, EventGridSkeleton } from '#web/features/events/cards/event-grid.tsx'
import { eventDaysQuery, eventPageQuery } from '#web/features/events/event.queries.ts'
import { EventFilters } from '#web/features/events/search/event-filters.tsx'
import { type EventSearch, isFiltered, UNFILTERED } from '#web/features/events/search/event-search.ts'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { facilitatorsQuery } from '#web/features/facilitators/facilitator.queries.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { clocksInWords, count, dayKey } from '#web/lib/format.ts'
import { rememberSearch } from '#web/lib/last-search.ts'
import { momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'

const route = getRouteApi(paths.events)

type Change = (changes: Partial<EventSearch>) => void

export function EventsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const facilitators = useQuery(facilitatorsQuery).data ?? []
  useLiveSeats()
  useEffect(() => rememberSearch(paths.events, search), [search])

  const change: Change = (changes) =>
    void navigate({
      // A changed filter starts at its first page. Typing replaces the current entry of the history.
      search: (before) => ({ ...before, page: undefined, ...changes }),
      replace: 'q' in changes,
      resetScroll: 'page' in changes,
    })
  return (
    <Page title="What is on" lead={clocksInWords()}>
      <EventFilters
        search={search}
        facilitators={facilitators.map(({ id, name }) => ({ value: String(id), label: name }))}
        onChange={change}
      />
      {search.view === 'calendar' ? (
        <Calendar search={search} onChange={change} />
      ) : (
        <Cards search={search} onChange={change} />
      )}
    </Page>
  )
}

type Props = { search: EventSearch; onChange: Change }

function Cards({ search, onChange }: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(eventPageQuery(search))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <EventGridSkeleton />
  const { events, pagination } = data
  if (events.length === 0) return <NothingFound search={search} onChange={onChange} />
  return (
    <div aria-busy={isPlaceholderData}>
      <Text className="visually-hidden" role="status">
        {count(pagination.total, 'event')} found
      </Text>
      <EventGrid events={events} headingOrder={2} />
      <PageSwitch page={pagination.page} pages={pagination.pages} onPage={(page) => onChange({ page })} />
    </div>
  )
}

function NothingFound({ search, onChange }: Props) {
  if (search.page) {
    return (
      <EmptyState
        title="No more results"
        action={<Button onClick={() => onChange({ page: undefined })}>Back to the first page</Button>}
      >
        This page does not exist: there are fewer results.
      </EmptyState>
    )
  }
  if (!isFiltered(search)) {
    return (
      <EmptyState title="Nothing is planned yet">
        The next sessions and retreats will be here as soon as they are open for booking.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No events found"
      action={
        <Button variant="default" onClick={() => onChange(UNFILTERED)}>
          Show everything
        </Button>
      }
    >
      No event matches all of these filters. Try a shorter word, or fewer of them.
    </EmptyState>
  )
}

function Calendar({ search, onChange }: Props) {
  const now = useNow()
  const today = dayKey(now)
  const month = search.month ?? today.slice(0, 7)
  const days = weeksFrom(today, month).flat()
  const span = { first: days[0]?.day ?? '', last: days.at(-1)?.day ?? '' }
  const { data, error, refetch } = useQuery(eventDaysQuery(search, span))
  useNow(data?.events.flatMap(momentsOf))
  const isLoggedIn = useSession() !== undefined
  const own = useQuery({ ...upcomingBookingsQuery, enabled: isLoggedIn }).data
  const booked = new Set(own?.bookings.map(({ event }) => event.id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  return (
    <EventCalendar
      month={month}
      events={data?.events}
      booked={booked}
      now={now}
      onMonth={(month) => onChange({ month })}
    />
  )
}
