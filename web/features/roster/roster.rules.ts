import type { Event, RosterEntry } from '#web/lib/api/contract.ts'
import { fullName } from '#web/lib/text/names.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/** How long before the start the API accepts check-ins. */
const CHECK_IN_HOURS = 24

export type CheckInState = { opensAt: Date; isOpen: boolean; hasBegun: boolean }

export function checkInOf({ start_datetime }: Pick<Event, 'start_datetime'>, now: Date): CheckInState {
  const opensAt = checkInOpensAt({ start_datetime })
  return { opensAt, isOpen: opensAt <= now, hasBegun: fromWire(start_datetime) <= now }
}

export const checkInOpensAt = ({ start_datetime }: Pick<Event, 'start_datetime'>) =>
  new Date(fromWire(start_datetime).getTime() - CHECK_IN_HOURS * 3_600_000)

/** The roster with one entry changed. */
export function rosterAfter(
  entries: RosterEntry[],
  mark: Partial<RosterEntry> & { id: number },
): RosterEntry[] {
  return entries.map((entry) => (entry.id === mark.id ? { ...entry, ...mark } : entry))
}

export type RosterSummary = { expected: number; here: number; missed: number; paid: number; toRefund: number }

/** Counts of bookings that are not cancelled; `toRefund` counts cancelled ones that were paid. */
export function summaryOf(entries: RosterEntry[]): RosterSummary {
  const coming = entries.filter(({ status }) => status !== 'CANCELLED')
  const countOf = (among: RosterEntry[], is: (entry: RosterEntry) => boolean) => among.filter(is).length
  return {
    expected: coming.length,
    here: countOf(coming, ({ attendance }) => attendance === 'attended'),
    missed: countOf(coming, ({ attendance }) => attendance === 'no_show'),
    paid: countOf(coming, ({ payment_status }) => payment_status === 'paid'),
    toRefund: countOf(
      entries,
      ({ status, payment_status }) => status === 'CANCELLED' && payment_status === 'paid',
    ),
  }
}

/** `Smith, Ann`: the family name first, by which the roster is ordered. Without a dash that stands for a missing name. */
export const nameAsOrdered = ({ first_name, last_name }: RosterEntry['user']): string =>
  [last_name, first_name].filter((each) => /[\p{L}\p{N}]/u.test(each)).join(', ')

/** Entries whose name or e-mail address contains the text, without regard to case and accents. */
export function matching(entries: RosterEntry[], text: string): RosterEntry[] {
  const wanted = plain(text.trim())
  if (wanted === '') return entries
  return entries.filter(({ user }) => plain(`${fullName(user)} ${user.email}`).includes(wanted))
}

/** `Tomás` is also found as `tomas`. */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
