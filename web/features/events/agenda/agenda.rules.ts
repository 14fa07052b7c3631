import type { Event } from '#web/lib/api/contract.ts'
import { dayKey, plusDays } from '#web/lib/format.ts'
import { clockOf, daysOf } from '#web/lib/time/event-time.rules.ts'

export type AgendaDay = { day: string; events: Event[] }

/**
 * Events under the day on which they begin, by the clock of their room, in order of days. What began on an earlier day and is not over
 * stands under today, or under `from` when that is later.
 */
export function agendaOf(events: Event[], now: Date, from = ''): AgendaDay[] {
  const days = new Map<string, Event[]>()
  for (const event of events) {
    const day = latest(daysOf(event).first, dayKey(now, clockOf(event)), from)
    const known = days.get(day)
    if (known) known.push(event)
    else days.set(day, [event])
  }
  return [...days]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([day, events]) => ({ day, events }))
}

const latest = (...days: string[]): string => days.reduce((one, other) => (one > other ? one : other))

/** `count` days, the first of them first. */
export const daysInRow = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => plusDays(first, i))
