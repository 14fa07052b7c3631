import { Badge, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Gone } from '#web/components/feedback/gone.tsx'
import { PAGE_WIDTH } from '#web/components/horizon/horizon.rules.ts'
import { PageTitle } from '#web/components/layout/page.tsx'
import { AddToCalendar } from '#web/features/events/add-to-calendar.tsx'
import { EventFacts } from '#web/features/events/event-facts.tsx'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { isGone } from '#web/lib/api/api-error.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { readId } from '#web/lib/search-params.ts'
import { paths } from '#web/paths.ts'
import { BookingPanel } from './booking-panel.tsx'
import classes from './event-page.module.css'

const route = getRouteApi('/logged-in/events/$id')

export function EventPage() {
  const id = readId(route.useParams().id)
  return id === undefined ? <GoneEvent /> : <KnownEvent id={id} />
}

const goOn = <LinkButton to={paths.events}>See what is on</LinkButton>

function GoneEvent() {
  return <Gone noun="event" action={goOn} />
}

function KnownEvent({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(eventQuery(id))
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
  return (
    <article className={classes.page}>
      <PageTitle title={event.title} />
      <TextLink to={paths.events} c="dimmed" size="sm">
        ← What is on
      </TextLink>
      <div className={classes.cover}>
        <EventCover event={event} width={PAGE_WIDTH} />
      </div>
      <div className={classes.columns}>
        <Stack gap="lg">
          <Stack gap="xs">
            <Group gap="xs">
              <Badge variant="light" size="lg" tt="none" fw={500}>
                {isRetreat ? 'Retreat' : 'Session'}
              </Badge>
              {event.series_id !== null && (
                <Badge variant="default" size="lg" tt="none" fw={500}>
                  One of a series
                </Badge>
              )}
            </Group>
            <Title order={1} dir="auto">
              {event.title}
            </Title>
            {event.description && (
              <Text fz="lg" className={classes.description} dir="auto">
                {event.description}
              </Text>
            )}
          </Stack>
          <EventFacts event={event} />
          {event.status === 'ACTIVE' && (
            <div>
              <AddToCalendar event={event} />
            </div>
          )}
        </Stack>
        <div className={classes.panel}>
          <BookingPanel event={event} />
        </div>
      </div>
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
