import { Button, Group, Pagination, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import { EmptyState } from '#web/components/empty-state.tsx'
import { ErrorNotice } from '#web/components/error-notice.tsx'
import { Page } from '#web/components/page.tsx'
import { SearchField } from '#web/components/search-field.tsx'
import { useLiveEvents } from '#web/features/events/use-live-events.ts'
import { StudioChoice, useStudio } from '#web/features/facilitators/studio.tsx'
import { CancelEvent } from '#web/features/organising/cancel-event.tsx'
import { EventDrawer } from '#web/features/organising/event-drawer.tsx'
import classes from '#web/features/organising/event-row.module.css'
import { type Actions, EventRow } from '#web/features/organising/event-row.tsx'
import { ownEventsQuery } from '#web/features/organising/organising.queries.ts'
import type { OwnEventsSearch } from '#web/features/organising/own-events.rules.ts'
import { readersZone } from '#web/lib/format.ts'

const route = getRouteApi('/logged-in/studio/manage/events')

export function ManageEventsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { choices } = useStudio()
  const [cancelled, setCancelled] = useState<Event>()
  useLiveEvents()
  const change = (changes: Partial<OwnEventsSearch>) =>
    void navigate({
      search: (before) => ({ ...before, ...changes }),
      replace: 'q' in changes,
      resetScroll: 'page' in changes,
    })
  const write = (how: 'edit' | 'copy') => (event: Event) => change({ write: how, event: event.id })
  const actions = { onEdit: write('edit'), onCopy: write('copy'), onCancel: setCancelled }
  return (
    <Page
      title={choices.length > 0 ? 'Events' : 'Your events'}
      lead={`What you offer, and how full it is. Times are yours: ${readersZone().replaceAll('_', ' ')}.`}
      actions={
        <Group align="end" gap="sm">
          <StudioChoice />
          <Button
            leftSection={<IconPlus size={18} stroke={1.8} />}
            onClick={() => change({ write: 'new', event: undefined })}
          >
            New event
          </Button>
        </Group>
      }
    >
      <Group mb="xl" gap="md">
        <SegmentedControl
          aria-label="When"
          radius="xl"
          value={search.when ?? 'next'}
          onChange={(when) =>
            change({ when: when === 'next' ? undefined : (when as 'past' | 'cancelled'), page: undefined })
          }
          data={[
            { value: 'next', label: 'To come' },
            { value: 'past', label: 'Over' },
            { value: 'cancelled', label: 'Cancelled' },
          ]}
        />
        <SearchField
          placeholder="Search your events"
          text={search.q ?? ''}
          onSearch={(q) => change({ q: q || undefined, page: undefined })}
        />
      </Group>
      <List search={search} onChange={change} actions={actions} />
      <EventDrawer
        write={search.write}
        event_id={search.event}
        onClose={() => change({ write: undefined, event: undefined })}
      />
      <CancelEvent event={cancelled} onClose={() => setCancelled(undefined)} />
    </Page>
  )
}

type ListProps = {
  search: OwnEventsSearch
  onChange: (changes: Partial<OwnEventsSearch>) => void
  actions: Actions
}

function List({ search: { when, q, page = 1 }, onChange, actions }: ListProps) {
  const { facilitator } = useStudio()
  const today = new Date(new Date().setHours(0, 0, 0, 0))
  const wanted = { facilitator_id: facilitator.id, when, q, page }
  const { data, error, refetch, isPlaceholderData } = useQuery(ownEventsQuery(wanted, today))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) {
    return (
      <Stack role="status" aria-label="Loading your events" aria-busy="true">
        {['a', 'b', 'c'].map((key) => (
          <Skeleton key={key} height={96} radius="lg" />
        ))}
      </Stack>
    )
  }
  if (data.events.length === 0) {
    return <Nothing when={when} q={q} onChange={onChange} />
  }
  return (
    <div aria-busy={isPlaceholderData}>
      <ul className={classes.list}>
        {data.events.map((event) => (
          <li key={event.id}>
            <EventRow event={event} {...actions} />
          </li>
        ))}
      </ul>
      {data.pagination.pages > 1 && (
        <Group justify="center" mt={40}>
          <Pagination
            total={data.pagination.pages}
            value={page}
            onChange={(next) => onChange({ page: next > 1 ? next : undefined })}
            radius="xl"
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
            getItemProps={(item) => ({ 'aria-label': `Page ${item}` })}
          />
        </Group>
      )}
    </div>
  )
}

function Nothing({ when, q, onChange }: Pick<OwnEventsSearch, 'when' | 'q'> & Pick<ListProps, 'onChange'>) {
  if (q !== undefined) {
    return (
      <EmptyState
        title="Nothing that fits"
        action={
          <Button variant="default" onClick={() => onChange({ q: undefined, page: undefined })}>
            Show everything
          </Button>
        }
      >
        None of these events has “{q}” in its title or description.
      </EmptyState>
    )
  }
  if (when === 'past')
    return <EmptyState title="Nothing is over yet">What has taken place stays here.</EmptyState>
  if (when === 'cancelled')
    return <EmptyState title="Nothing was cancelled">May it stay like that.</EmptyState>
  return (
    <EmptyState
      title="Nothing is planned"
      action={<Button onClick={() => onChange({ write: 'new' })}>Plan the first one</Button>}
    >
      A session needs a name, a time and some seats; it can be booked a moment later.{' '}
      <Text span>A weekly class is one event that repeats.</Text>
    </EmptyState>
  )
}
