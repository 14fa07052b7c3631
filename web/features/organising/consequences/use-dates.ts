import { useQuery } from '@tanstack/react-query'
import { CHOICES_MAX, parentChoicesQuery } from '#web/features/organising/organising.queries.ts'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { datesInScope } from './dates.rules.ts'

/** The events that a change applies to; undefined while they have not been read, or when there are more than are read. */
export function useDates(event: Event, scope: Scope): Event[] | undefined {
  const isSeries = event.series_id !== null
  const ahead = useQuery({ ...parentChoicesQuery(event.facilitator.id), enabled: isSeries }).data?.events
  if (scope === 'this') return [event]
  return ahead && ahead.length < CHOICES_MAX ? datesInScope(event, ahead, scope, serverNow()) : undefined
}
