import { Alert, Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { Fill } from '#web/components/event/fill.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Gone } from '#web/components/feedback/gone.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { PartOf } from '#web/features/events/event-parts.tsx'
import { useLiveEvents } from '#web/features/events/use-live-events.ts'
import { useStudio } from '#web/features/facilitators/studio.tsx'
import { WriteToEverybody } from '#web/features/messages/write-to-everybody.tsx'
import { CancelEvent, EventDrawer } from '#web/features/organising/event-dialogs.ts'
import { EventMenu } from '#web/features/organising/event-row.tsx'
import { readOwnEventsSearch } from '#web/features/organising/own-events.rules.ts'
import { refreshRoster } from '#web/features/roster/roster.mutations.ts'
import { waitlistEntriesQuery } from '#web/features/roster/roster.queries.ts'
import { Roster } from '#web/features/roster/roster.tsx'
import { WaitlistEntries } from '#web/features/roster/waitlist-entries.tsx'
import type { Person } from '#web/features/users/user.mutations.ts'
import { CancelAll } from '#web/features/users/user-dialogs.ts'
import { isGone } from '#web/lib/api/api-error.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { lastSearch } from '#web/lib/last-search.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { useRole } from '#web/lib/queries/use-role.ts'
import { readId } from '#web/lib/search-params.ts'
import { isOnNow, momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { useBatched } from '#web/lib/use-batched.ts'
import { paths } from '#web/paths.ts'
import classes from './manage-event-page.module.css'

const route = getRouteApi('/logged-in/studio/manage/events/$id')

export function ManageEventPage() {
  const id = readId(route.useParams().id)
  return id === undefined ? <GoneEvent /> : <KnownEvent id={id} />
}

const back = <LinkButton to={paths.manageEvents}>Back to your events</LinkButton>

const backToList = () => readOwnEventsSearch(lastSearch(paths.manageEvents))

function GoneEvent() {
  return <Gone noun="event" action={back} />
}

function KnownEvent({ id }: { id: number }) {
  const { facilitator, choices } = useStudio()
  const { data, error, refetch } = useQuery(eventQuery(id))
  const onSeats = useBatched(() => refreshRoster(id))
  useLiveEvents({ event_id: id, onSeats })
  if (isGone(error)) return <GoneEvent />
  if (error && !data) {
    return (
      <>
        <PageTitle title="Event" />
        <ErrorNotice error={error} retry={refetch} action={back} />
      </>
    )
  }
  if (!data) return <Loading />
  // Admins may see every event, facilitators their own.
  if (choices.length === 0 && data.event.facilitator.id !== facilitator.id) {
    return (
      <Stack gap="md" align="flex-start">
        <PageTitle title={data.event.title} />
        <Title order={1} dir="auto">
          {data.event.title}
        </Title>
        <Text c="dimmed">
          This event is led by <bdi>{data.event.facilitator.name}</bdi>. Only they can see its roster.
        </Text>
        {back}
      </Stack>
    )
  }
  return <Shown event={data.event} />
}

function Shown({ event }: { event: Event }) {
  const { facilitator } = useStudio()
  const { write, event: written } = route.useSearch()
  const navigate = route.useNavigate()
  const [cancelled, setCancelled] = useState<Event>()
  const [leaving, setLeaving] = useState<Person>()
  const isAdmin = useRole()?.isAdmin ?? false
  const waiting = useQuery(waitlistEntriesQuery(event.id)).data?.waiting ?? 0
  const now = useNow(momentsOf(event))
  useEffect(EventDrawer.prepare, [])
  const open = (how: 'edit' | 'copy') => () =>
    void navigate({ search: { write: how, event: event.id }, resetScroll: false })
  return (
    <article className={classes.page}>
      <PageTitle title={event.title} />
      <TextLink to={paths.manageEvents} search={backToList()} c="dimmed" size="sm">
        ← Your events
      </TextLink>
      <header className={classes.head}>
        <div className={classes.cover}>
          <EventCover event={event} />
        </div>
        <Stack gap={6}>
          <Title order={1} fz={{ base: 24, sm: 36 }}>
            <bdi>{event.title}</bdi>
          </Title>
          <Group gap="xs" align="flex-start">
            <EventWhen event={event} now={now} />
            <Text size="sm" c="dimmed">
              <bdi>{event.location ?? 'Online'}</bdi>
            </Text>
            {isOnNow(event, now) && <Mark>On now</Mark>}
          </Group>
          {event.parent_event_id !== null && (
            <PartOf parent_event_id={event.parent_event_id} to={paths.manageEvent} />
          )}
          <div className={classes.fill}>
            <Fill taken={event.current_participants} seats={event.max_participants} waiting={waiting} />
          </div>
          {isOnNow(event, now) && (
            <div className={classes.join}>
              <JoinOnline link={event.virtual_link} />
            </div>
          )}
        </Stack>
        <EventMenu event={event} onEdit={open('edit')} onCopy={open('copy')} onCancel={setCancelled} />
      </header>
      {event.status === 'CANCELLED' && (
        <Alert color="gray" variant="default" radius="lg" title="This event is cancelled">
          {event.cancellation_reason ?? 'No reason was given.'}
        </Alert>
      )}
      <Tabs defaultValue="roster" keepMounted={false}>
        <Tabs.List mb={{ base: 'sm', xs: 'xl' }} className={classes.tabs}>
          <Tabs.Tab value="roster">Roster</Tabs.Tab>
          <Tabs.Tab value="waitlist">Waiting list{waiting > 0 && ` (${waiting})`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="roster">
          <Roster
            event={event}
            onRemoveAll={setLeaving}
            actions={<WriteToEverybody key={event.id} event_id={event.id} />}
          />
        </Tabs.Panel>
        <Tabs.Panel value="waitlist">
          <WaitlistEntries event={event} />
        </Tabs.Panel>
      </Tabs>
      <EventDrawer
        write={write}
        event_id={written}
        facilitator_id={facilitator.id}
        onClose={() => void navigate({ search: {}, resetScroll: false })}
      />
      <CancelEvent event={cancelled} onClose={() => setCancelled(undefined)} />
      <CancelAll person={leaving} isAdmin={isAdmin} onClose={() => setLeaving(undefined)} />
    </article>
  )
}

function Loading() {
  return (
    <div className={classes.page} role="status" aria-label="Loading the event" aria-busy="true">
      <PageTitle title="Event" />
      <Skeleton height={20} width={110} />
      <Skeleton height={144} radius="lg" />
      <Skeleton height={280} radius="lg" />
    </div>
  )
}
