import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { PAGE_WIDTH } from '#shared/pictures/horizon.rules.ts'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Gone } from '#web/components/feedback/gone.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import pageClasses from '#web/components/layout/page.module.css'
import { PageTitle } from '#web/components/layout/page.tsx'
import { WithLinks } from '#web/components/layout/with-links.tsx'
import { useBooked } from '#web/features/bookings/use-booked.ts'
import { EventGrid } from '#web/features/events/cards/event-grid.tsx'
import { nextEventsQuery } from '#web/features/events/event.queries.ts'
import { EventPeople, EventPlace } from '#web/features/events/event-facts.tsx'
import { EventParts, PartOf } from '#web/features/events/event-parts.tsx'
import { readEventSearch } from '#web/features/events/search/event-search.ts'
import { SeriesDates } from '#web/features/events/series-dates.tsx'
import { ShareEvent } from '#web/features/events/share-event.tsx'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { isGone } from '#web/lib/api/api-error.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { lastSearch } from '#web/lib/last-search.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { openReadsIntervalMs } from '#web/lib/queries/open-reads.ts'
import { readId } from '#web/lib/search-params.ts'
import { isOnNow, momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import { BookingPanel } from './booking-panel.tsx'
import classes from './event-page.module.css'

const route = getRouteApi(paths.event)

export function EventPage() {
  const id = readId(route.useParams().id)
  return id === undefined ? <GoneEvent /> : <KnownEvent id={id} />
}

const goOn = <LinkButton to={paths.events}>See what is on</LinkButton>

function GoneEvent() {
  const next = useQuery(nextEventsQuery).data?.events ?? []
  return (
    <Gone noun="event" action={goOn}>
      {next.length > 0 && (
        <section className={pageClasses.wide}>
          <Title order={2} mb="lg">
            On next
          </Title>
          <EventGrid events={next} />
        </section>
      )}
    </Gone>
  )
}

function KnownEvent({ id }: { id: number }) {
  const refetchInterval = openReadsIntervalMs(useSession())
  const { data, error, refetch } = useQuery({ ...eventQuery(id), refetchInterval })
  useLiveSeats(id)

  if (isGone(error)) return <GoneEvent />
  if (error && !data) {
    return (
      <>
        <PageTitle title="Event" />
        <ErrorNotice error={error} retry={refetch} action={goOn} />
      </>
    )
  }
  return data ? <Shown event={data.event} /> : <Loading />
}

function Shown({ event }: { event: Event }) {
  const isRetreat = event.event_type === 'RETREAT'
  const now = useNow(momentsOf(event))
  const booked = useBooked()
  return (
    <article className={classes.page}>
      <PageTitle title={event.title} />
      <Group justify="space-between" wrap="nowrap">
        <TextLink to={paths.events} search={readEventSearch(lastSearch(paths.events))} c="dimmed" size="sm">
          ← What is on
        </TextLink>
        <ShareEvent event={event} isIcon />
      </Group>
      <div className={classes.cover}>
        <EventCover event={event} width={PAGE_WIDTH} />
      </div>
      <div className={classes.columns}>
        <Stack gap="lg" className={classes.head}>
          <Stack gap="xs">
            <Group gap="xs">
              {isRetreat && <Mark>Retreat</Mark>}
              {isOnNow(event, now) && <Mark>On now</Mark>}
              {event.series_id !== null && <Mark>One of a series</Mark>}
            </Group>
            <Title order={1} dir="auto" className={classes.title}>
              {event.title}
            </Title>
            {event.parent_event_id !== null && (
              <PartOf parent_event_id={event.parent_event_id} to={paths.event} />
            )}
          </Stack>
          <EventPlace event={event} now={now} />
        </Stack>
        <div className={classes.panel}>
          <BookingPanel event={event} />
        </div>
        <Stack gap="lg" className={classes.about}>
          {event.description && (
            <Text fz="lg" className={classes.description} dir="auto">
              <WithLinks text={event.description} />
            </Text>
          )}
          <EventPeople event={event} />
          {event.series_id !== null && <SeriesDates event={event} booked={booked} />}
        </Stack>
      </div>
      <EventParts event={event} />
    </article>
  )
}

function Loading() {
  return (
    <div className={classes.page} role="status" aria-label="Loading the event" aria-busy="true">
      <PageTitle title="Event" />
      <Skeleton height={20} width={120} />
      <Skeleton className={classes.cover} />
      <div className={classes.columns}>
        <Stack>
          <Skeleton height={44} width="70%" />
          <Skeleton height={20} width="90%" />
          <Skeleton height={160} mt="md" />
        </Stack>
        <Skeleton height={320} radius="lg" />
      </div>
    </div>
  )
}
