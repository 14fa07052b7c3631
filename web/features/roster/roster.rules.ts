import type { Attendance, Event, PaymentStatus, RosterEntry } from '#web/lib/api/contract.ts'
import { fold } from '#web/lib/text/fold.ts'
import { fullName } from '#web/lib/text/names.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
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

/** The changes of a payment that the API accepts: only paid bookings can be refunded, and cancelled ones cannot be paid. */
export function choicesFor({
  status,
  payment_status,
}: Pick<RosterEntry, 'status' | 'payment_status'>): PaymentStatus[] {
  const all: PaymentStatus[] = status === 'CANCELLED' ? [] : ['pending', 'paid']
  if (payment_status === 'paid') all.push('refunded')
  return all.filter((choice) => choice !== payment_status)
}

/** A free seat may be paid for nevertheless, as with a donation. */
export const paymentInWords = ({
  payment_status,
  price,
}: Pick<RosterEntry, 'payment_status' | 'price'>): string =>
  payment_status === 'pending' && price === 0 ? 'Free' : PAYMENTS[payment_status]

/** A mark of somebody as a statement, without its full stop. */
export const attendanceMarkInWords = ({ user }: Pick<RosterEntry, 'user'>, attendance: Attendance | null) =>
  `${fullName(user)} ${attendance === null ? 'is not checked in' : ATTENDANCES[attendance]}`

const ATTENDANCES: Record<Attendance, string> = { attended: 'is here', no_show: 'did not come' }

export const paymentMarkInWords = ({ user }: Pick<RosterEntry, 'user'>, payment_status: PaymentStatus) =>
  `${fullName(user)} ${STATEMENTS[payment_status]}`

const STATEMENTS: Record<PaymentStatus, string> = {
  pending: 'has not paid',
  paid: 'has paid',
  refunded: 'has the money back',
}

/** What stands in the place of a roster without bookings. */
export const emptyInWords = ({ status }: Pick<Event, 'status'>): { title: string; text: string } =>
  status === 'CANCELLED'
    ? { title: 'Nobody had booked', text: 'This event is cancelled, and takes no bookings any more.' }
    : {
        title: 'Nobody has booked yet',
        text: 'Bookings appear here at once, with the notes of attendees.',
      }

/** What else follows when the studio cancels somebody's booking. */
export function consequencesInWords(
  { payment_status }: Pick<RosterEntry, 'payment_status'>,
  sendsMail: boolean,
): string {
  const told = sendsMail ? 'They are told by mail.' : 'They are told on their home page.'
  return payment_status === 'paid'
    ? `${told} They have paid: give the money back yourself, then mark them here as refunded.`
    : told
}

/** `Smith, Ann`: the family name first, by which the roster is ordered. Without a dash that stands for a missing name. */
export const nameAsOrdered = ({ first_name, last_name }: RosterEntry['user']): string =>
  [last_name, first_name].filter((each) => /[\p{L}\p{N}]/u.test(each)).join(', ')

/** Entries in whose name or e-mail address each word of the text is, in any order, as the API searches. */
export function matching(entries: RosterEntry[], text: string): RosterEntry[] {
  const words = wordsOf(text)
  return entries.filter(({ user }) => {
    const searched = fold(`${fullName(user)} ${user.email}`)
    return words.every((word) => searched.includes(word))
  })
}

/** `Wojcik, L` as the roster writes it, too. */
const wordsOf = (text: string) =>
  fold(text)
    .split(/[\s,]+/)
    .filter(Boolean)
