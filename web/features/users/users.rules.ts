import { count } from '#web/lib/format.ts'

export type Action = 'cancel' | 'promote' | 'demote' | 'close' | 'reopen'
/** `refusal` says why an action is not possible, where that is known beforehand. */
export type Offer = { action: Action; label: string; refusal?: string }

const LABELS: Record<Action, string> = {
  cancel: 'Cancel all their bookings…',
  promote: 'Make admin…',
  demote: 'Remove admin role…',
  close: 'Close account…',
  reopen: 'Reopen account…',
}

/** The actions for an account. `admins` is the number of admins, undefined until it is known. */
export function offersFor(
  user: { id: number; is_active: boolean; is_admin: boolean },
  own_id: number | undefined,
  admins: number | undefined,
): Offer[] {
  if (!user.is_active) return [offer('reopen')]
  const refusal = user.id === own_id ? (admins === 1 ? ONLY_ADMIN : OWN_ACCOUNT) : undefined
  return [
    offer('cancel'),
    user.is_admin ? offer('demote', refusal) : offer('promote'),
    offer('close', refusal),
  ]
}

const ONLY_ADMIN = 'You are the only admin. Make somebody else one first.'
const OWN_ACCOUNT = 'This is your own account. Ask another admin to do it.'

const offer = (action: Action, refusal?: string): Offer => ({
  action,
  label: LABELS[action],
  ...(refusal !== undefined && { refusal }),
})

/** `3 bookings are cancelled, and 1 place in a waiting list is given up.` */
export function givenUpInWords(bookings: number, lines: number): string {
  if (bookings + lines === 0) return 'There was nothing to cancel.'
  const parts = [
    ...(bookings > 0 ? [`${count(bookings, 'booking is', 'bookings are')} cancelled`] : []),
    ...(lines > 0
      ? [`${count(lines, 'place in a waiting list is', 'places in waiting lists are')} given up`]
      : []),
  ]
  return `${parts.join(', and ')}.`
}
