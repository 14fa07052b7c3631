import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { EventGrid } from '#web/features/events/cards/event-grid.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { eventQuery, partsQuery } from '#web/lib/queries/event.queries.ts'
import { momentsOf, notOver } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import type { paths } from '#web/paths.ts'

/** The sessions of a retreat, as far as they are not over; nothing for other events. */
export function EventParts({ event }: { event: Event }) {
  const { data } = useQuery({ ...partsQuery(event.id), enabled: event.parent_event_id === null })
  const known = data?.events ?? []
  const parts = notOver(known, useNow(known.flatMap(momentsOf)))
  const heading = useId()
  if (parts.length === 0) return null
  return (
    <section aria-labelledby={heading}>
      <Title order={2} mb="xs" id={heading}>
        Sessions of this {event.event_type === 'RETREAT' ? 'retreat' : 'event'}
      </Title>
      <Text c="dimmed" mb="lg">
        Each is booked separately, and can be booked together with “<bdi>{event.title}</bdi>”.
      </Text>
      <EventGrid events={parts} />
    </section>
  )
}

type PartOfProps = { parent_event_id: number; to: typeof paths.event | typeof paths.manageEvent }

/** Links to the event that this one is part of. */
export function PartOf({ parent_event_id, to }: PartOfProps) {
  const parent = useQuery(eventQuery(parent_event_id)).data?.event
  if (!parent) return null
  return (
    <Text>
      Part of{' '}
      <TextLink to={to} params={{ id: String(parent.id) }} underline="always" fw={500}>
        <bdi>{parent.title}</bdi>
      </TextLink>
      {parent.status === 'CANCELLED' && ', which is cancelled'}
    </Text>
  )
}
