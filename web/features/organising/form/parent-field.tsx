import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { parentChoicesQuery } from '#web/features/organising/organising.queries.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { eventQuery, partsQuery } from '#web/lib/queries/event.queries.ts'
import { parentHint, parentOptions } from './parent.rules.ts'

type Props = {
  value: number | null
  facilitator_id: number
  /** The event that is changed; undefined for a new one. */
  event_id: number | undefined
  /** When the event begins and ends; undefined while that is not complete. */
  times: [start: Date, end: Date] | undefined
  error?: ReactNode
  onChange: (parent_event_id: number | null) => void
}

/** The choice of a retreat that an event is a session of. Left out where there is nothing to choose. */
export function ParentField({ value, facilitator_id, event_id, times, error, onChange }: Props) {
  const choices = useQuery(parentChoicesQuery(facilitator_id)).data?.events ?? []
  const parts = useQuery({ ...partsQuery(event_id ?? 0), enabled: event_id !== undefined }).data?.events ?? []
  // One that is over, or was chosen by an admin, is not among the choices.
  const chosen = useQuery({ ...eventQuery(value ?? 0), enabled: value !== null }).data?.event
  const options = parentOptions(choices, { chosen, event_id, now: serverNow() })
  if (options.length === 0 || parts.length > 0) return null
  return (
    <Select
      label="Part of (optional)"
      description={parentHint(chosen, times)}
      placeholder="No other event"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Part of no other event' }}
      nothingFoundMessage="No event found."
      data={options}
      value={value === null ? null : String(value)}
      error={error}
      onChange={(id) => onChange(id === null ? null : Number(id))}
    />
  )
}
