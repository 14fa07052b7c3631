import * as admin from '#booking/admin/admin.service.ts'
import * as adminStore from '#booking/admin/admin.store.ts'
import { cancelBookings } from '#booking/admin/cancel-bookings.service.ts'
import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/identity/users/email.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { notFound } from '#shared/errors/app-error.ts'
import { fullName } from '#shared/lib/full-name.ts'

const LISTED_MAX = 100

export async function closeAccount(deps: Deps, email: string, leave_events: boolean): Promise<string> {
  const id = await findId(deps, email)
  const { done, cancelled_bookings } = await admin.update(deps, null, id, { is_active: false, leave_events })
  const gone = `${count(cancelled_bookings, 'booking')} ahead ${were(cancelled_bookings)} cancelled`
  return done.length > 0
    ? `The account ${email} is closed, has no role any more, and all of its sessions have ended; ${gone}.`
    : `The account ${email} was closed already; ${gone}.`
}

export async function reopenAccount(deps: Deps, email: string): Promise<string> {
  const { done } = await admin.update(deps, null, await findId(deps, email), { is_active: true })
  return done.length > 0
    ? `The account ${email} is open again, with its password and without a role.`
    : `The account ${email} was open already: nothing was changed.`
}

export async function demote(deps: Deps, email: string): Promise<string> {
  const { done } = await admin.update(deps, null, await findId(deps, email), { is_admin: false })
  return done.length > 0
    ? `${email} is no longer an admin, and all sessions of the account have ended.`
    : `${email} was no admin: nothing was changed.`
}

export async function cancelAll(deps: Deps, email: string, reason: string | undefined): Promise<string> {
  const user_id = await findId(deps, email)
  const { cancelled_bookings, left_lines } = await cancelBookings(deps, { actor_id: null, user_id, reason })
  const bookings = `${count(cancelled_bookings, 'booking')} of ${email} ${were(cancelled_bookings)} cancelled`
  return `${bookings}, and they were taken from ${count(left_lines, 'waiting list')}.`
}

/** The newest accounts that match, one a line, and a line with their number. */
export async function listUsers(deps: Deps, search: string | undefined): Promise<string> {
  const slice = { limit: LISTED_MAX, offset: 0 }
  const { users, total } = await adminStore.list(deps.db, { search }, deps.clock.now(), slice)
  const lines = users.map((user) =>
    [
      user.id,
      user.email,
      fullName(user),
      user.is_active ? 'open' : 'closed',
      ...(user.is_admin ? ['admin'] : []),
      ...(user.facilitator_id === null
        ? []
        : [`${user.is_facilitator ? '' : 'former '}facilitator ${user.facilitator_id}`]),
      user.email_proven ? 'address proven' : 'address not proven',
      `${count(user.bookings_ahead, 'booking')} ahead`,
    ].join('\t'),
  )
  const left = total - users.length
  return [...lines, left > 0 ? `${left} more: say more with --search.` : `${count(total, 'account')}.`].join(
    '\n',
  )
}

async function findId({ db }: Deps, email: string): Promise<number> {
  const user = await userStore.findByEmail(db, readEmail(email))
  if (!user) throw notFound('account')
  return user.id
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
const were = (n: number) => (n === 1 ? 'was' : 'were')
