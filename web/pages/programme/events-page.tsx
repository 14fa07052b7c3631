import { Anchor, Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { useBooked } from '#web/features/bookings/use-booked.ts'
import { Agenda, AgendaSkeleton } from '#web/features/events/agenda/agenda.tsx'
import { WeekStrip } from '#web/features/events/agenda/week-strip.tsx'
import { weeksFrom } from '#web/features/events/calendar/month-grid.ts'
import { EventGrid } from '#web/features/events/cards/event-grid.tsx'
import { eventDaysQuery, eventListQuery } from '#web/features/events/event.queries.ts'
import { EventFilters } from '#web/features/events/search/event-filters.tsx'
import {
  daysAsked,
  type EventSearch,
  isAskedFor,
  isFiltered,
  PAGES_MAX,
  pagesShown,
  UNFILTERED,
} from '#web/features/events/search/event-search.ts'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { clocksInWords, count, dayKey } from '#web/lib/format.ts'
import { rememberSearch } from '#web/lib/last-search.ts'
import { lazyComponent } from '#web/lib/load-code.ts'
import { momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import classes from './events-page.module.css'

const EventCalendar = lazyComponent(
  () => import('#web/features/events/calendar/event-calendar.tsx'),
  (module) => module.EventCalendar,
)

const route = getRouteApi(paths.events)

type Change = (changes: Partial<EventSearch>) => void

export function EventsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  useLiveSeats()
  useEffect(() => rememberSearch(paths.events, search), [search])
  const change: Change = (changes) =>
    void navigate({
      // A changed filter starts at its first page. Typing, and more of the same, replace the current entry of the history.
      search: (before) => ({ ...before, page: undefined, ...changes }),
      replace: 'q' in changes || 'page' in changes,
      resetScroll: false,
    })
  return (
    <div className={classes.page}>
      <Page title="What is on">
        <EventFilters search={search} onChange={change} />
        {search.view === 'calendar' ? (
          <Calendar search={search} onChange={change} />
        ) : (
          <List search={search} onChange={change} />
        )}
        <Text c="dimmed" size="sm" mt="md">
          {clocksInWords()}
        </Text>
      </Page>
    </div>
  )
}

type Props = { search: EventSearch; onChange: Change }

function List({ search, onChange }: Props) {
  const now = useNow()
  const list = useInfiniteQuery(eventListQuery(search))
  const { data, error, refetch, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const wanted = pagesShown(search)
  const known = data?.pages.flatMap((page) => page.events) ?? []
  const events = list.isPlaceholderData ? known : known.filter((event) => isAskedFor(event, search, now))
  const isShort =
    data !== undefined &&
    hasNextPage &&
    !list.isPlaceholderData &&
    (data.pages.length < wanted || events.length === 0)
  useEffect(() => {
    if (isShort && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [isShort, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const day = search.from !== undefined && search.from === search.to ? search.from : undefined
  const total = (data?.pages[0]?.pagination.total ?? 0) - (known.length - events.length)
  const more = () => (isShort ? void fetchNextPage() : onChange({ page: wanted + 1 }))
  return (
    <>
      <WeekStrip
        chosen={day}
        now={now}
        onChoose={(day) => onChange({ when: undefined, from: day, to: day })}
      />
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {((!data && !error) || (isShort && events.length === 0)) && <AgendaSkeleton />}
      {data && !isShort && events.length === 0 && <NothingFound search={search} onChange={onChange} />}
      {events.length > 0 && (
        <div aria-busy={list.isPlaceholderData}>
          <Group justify="space-between" gap="xs" className={classes.found}>
            <Text size="sm" c="dimmed" role="status">
              {count(total, 'event')}
            </Text>
            {isFiltered(search) && (
              <Anchor component="button" type="button" size="sm" onClick={() => onChange(UNFILTERED)}>
                Clear filters
              </Anchor>
            )}
          </Group>
          <Found search={search} events={events} from={daysAsked(search, dayKey(now)).first} />
          {isFetchNextPageError && <ErrorNotice error={error} />}
          {hasNextPage && wanted === PAGES_MAX && (
            <Text c="dimmed" ta="center" mt="lg">
              There is more. Search, or choose days, to find it.
            </Text>
          )}
          {hasNextPage && wanted < PAGES_MAX && (
            <Group justify="center" mt="lg">
              <Button variant="default" loading={isFetchingNextPage} onClick={more}>
                Show more
              </Button>
            </Group>
          )}
        </div>
      )}
    </>
  )
}

type FoundProps = { search: EventSearch } & Pick<Parameters<typeof Agenda>[0], 'events' | 'from'>

/** Retreats alone are few and worth a picture. */
function Found({ search, events, from }: FoundProps) {
  const booked = useBooked()
  return search.type === 'retreat' ? (
    <EventGrid events={events} headingOrder={2} />
  ) : (
    <Agenda events={events} booked={booked} from={from} />
  )
}

function NothingFound({ search, onChange }: Props) {
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
  const booked = useBooked()
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  return (
    <Suspense fallback={<AgendaSkeleton />}>
      <EventCalendar
        month={month}
        events={data?.events}
        booked={booked}
        now={now}
        onMonth={(month) => onChange({ month })}
      />
    </Suspense>
  )
}
