import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import type { Actions } from './event-menu.tsx'
import classes from './event-row.module.css'
import { EventRow } from './event-row.tsx'
import { ownEventsQuery } from './organising.queries.ts'
import type { OwnEventsSearch } from './own-events.rules.ts'

type Props = {
  facilitator_id: number
  search: OwnEventsSearch
  onChange: (changes: Partial<OwnEventsSearch>) => void
  actions: Actions
}

/** The events of a facilitator. */
export function OwnEventsList({ facilitator_id, search: { when, q, page = 1 }, onChange, actions }: Props) {
  const wanted = { facilitator_id, when, q, page }
  const { data, error, refetch, isPlaceholderData } = useQuery(ownEventsQuery(wanted))
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
      <PageSwitch
        page={page}
        pages={data.pagination.pages}
        onPage={(next) => onChange({ page: next > 1 ? next : undefined })}
      />
    </div>
  )
}

function Nothing({ when, q, onChange }: Pick<OwnEventsSearch, 'when' | 'q'> & Pick<Props, 'onChange'>) {
  if (q !== undefined) {
    return (
      <EmptyState
        title="No events found"
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
  if (when === 'past') return <EmptyState title="No past events yet">Past events are listed here.</EmptyState>
  if (when === 'cancelled')
    return <EmptyState title="No cancelled events">Cancelled events are listed here.</EmptyState>
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
