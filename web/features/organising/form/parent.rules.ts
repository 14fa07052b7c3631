import type { Event } from '#web/lib/api/contract.ts'
import { phaseOf, timesOf, whenOf } from '#web/lib/time/event-time.rules.ts'

type Option = { value: string; label: string }
type Group = { group: string; items: Option[] }

type Known = {
  /** The event that is chosen, which stays in the list. */
  chosen: Event | undefined
  /** The event that is changed. */
  event_id: number | undefined
  now: Date
}

/** The events that another may be part of, retreats first: those that are not over and no part themselves. */
export function parentOptions(choices: Event[], { chosen, event_id, now }: Known): Group[] {
  const open = choices.filter(
    (event) => event.id !== event_id && event.parent_event_id === null && phaseOf(event, now) !== 'over',
  )
  const all = chosen && !open.some(({ id }) => id === chosen.id) ? [chosen, ...open] : open
  const groupOf = (group: string, type: Event['event_type']) => ({
    group,
    items: all.filter(({ event_type }) => event_type === type).map((event) => toOption(event, now)),
  })
  return [groupOf('Retreats', 'RETREAT'), groupOf('Sessions', 'SESSION')].filter(
    ({ items }) => items.length > 0,
  )
}

const toOption = (event: Event, now: Date): Option => ({
  value: String(event.id),
  label: `${event.title}, ${whenOf(event, now)}`,
})

/** What the choice means; or that the times lie outside of those of the chosen event, which is allowed. */
export function parentHint(chosen: Event | undefined, times: [start: Date, end: Date] | undefined): string {
  if (chosen && times && !liesWithin(times, timesOf(chosen)))
    return 'The times are not within those of this event. That is fine for an evening before; otherwise check them.'
  return 'For sessions of a retreat: who has booked the retreat can book them, although the times overlap.'
}

const liesWithin = ([start, end]: [Date, Date], [from, to]: [Date, Date]) => start >= from && end <= to
