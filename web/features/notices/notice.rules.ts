import { isSamePlace } from '#shared/lib/is-same-place.ts'
import type { Notice } from '#web/lib/api/contract.ts'
import { dayKey, timeRange, whenInWords, type Zoned } from '#web/lib/format.ts'
import { clockOf, timesOf } from '#web/lib/time/event-time.rules.ts'

type Place = NonNullable<Notice['after']>

/** What is different about an event that was moved. */
export type Change = { what: 'When' | 'Where' | 'Online link'; now: string; before: string }

export function changesOf({ before, after }: Pick<Notice, 'before' | 'after'>, now: Date): Change[] {
  if (!before || !after) return []
  const changes: Change[] = []
  if (before.start_datetime !== after.start_datetime || before.end_datetime !== after.end_datetime)
    changes.push({ what: 'When', ...timesInWords(before, after, { ...clockOf(after), now }) })
  if (!isSamePlace(before.location, after.location))
    changes.push({
      what: 'Where',
      now: after.location ?? 'no place',
      before: before.location ?? 'no place',
    })
  if (before.virtual_link !== after.virtual_link)
    changes.push({
      what: 'Online link',
      now: after.virtual_link ?? 'not online',
      before: before.virtual_link ?? 'not online',
    })
  return changes
}

/** Both by one clock. The day is said once when it has stayed the same. */
function timesInWords(before: Place, after: Place, zoned: Zoned): Pick<Change, 'now' | 'before'> {
  const [[oldStart, oldEnd], [start, end]] = [timesOf(before), timesOf(after)]
  const isSameDay = dayKey(oldStart, zoned) === dayKey(start, zoned)
  return {
    now: whenInWords(start, end, zoned),
    before: (isSameDay ? timeRange : whenInWords)(oldStart, oldEnd, zoned),
  }
}

/** Follows the title of an event that was moved, as in "Yin was moved: now …". */
export function verbOf(changes: Change[]): string {
  const [first, ...others] = changes
  return first && others.length === 0 ? VERBS[first.what] : 'has changed'
}

const VERBS = {
  When: 'was moved',
  Where: 'takes place elsewhere',
  'Online link': 'has another online link',
} as const

/** What "Got it" is about, for those who hear the button and not what stands above it. */
export function topicOf({ kind, event: { title }, message }: Notice): string {
  return {
    'event-moved': `${title} has changed`,
    'waitlist-moved': `${title} has changed`,
    'booking-cancelled': `your booking of ${title} is cancelled`,
    'event-cancelled': `${title} is cancelled`,
    'waitlist-closed': `${title} is cancelled`,
    'booking-promoted': `you have a seat at ${title}`,
    'event-message': `the message “${message?.subject ?? title}”`,
  }[kind]
}

/** The event's page shows what these tell: who has opened it from there has seen it. */
export const isSeenByOpening = ({ kind }: Pick<Notice, 'kind'>): boolean =>
  kind === 'event-moved' || kind === 'waitlist-moved' || kind === 'booking-promoted'
