import Type from 'typebox'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { readEmail } from '#booking/identity/users/email.ts'
import { FirstName, LastName } from '#booking/identity/users/user.schema.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, invalidFields, notFound } from '#shared/errors/app-error.ts'
import { faultsIn } from '#shared/http/schemas/checker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { forgetAttempts } from './login-attempt.store.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword } from './passwords.ts'

export type AccountDeps = { clock: Clock; db: Db; identity: { sessions: Sessions } }

const passwordMissing = (why: string) =>
  invalidFields([{ field: 'password', message: `is required: ${why}` }])
const NO_ACCOUNT = 'no account has this e-mail address yet'
const TAKEN_OVER = 'the account is taken over with it'
const accountClosed = () =>
  conflict(
    'account_inactive',
    'The account with this e-mail address is no longer active: use another address, or have it reopened first.',
  )
const notProven = () =>
  conflict(
    'account_not_proven',
    'There is an account with this e-mail address, and nobody has proven that it is theirs. Have its owner confirm the address or sign in with Google once, or take it over: existing with a new password ends every session of whoever opened it.',
  )

/**
 * Somebody for whom an admin or operator opens an account, or whose account they use. `existing`: an existing account may
 * be taken over with the password although its address was never proven (decision 0046).
 */
export type Person = {
  email: string
  password?: string | undefined
  first_name: string
  last_name: string
  existing?: boolean | undefined
}

/** What was done to the account. A `kept` account keeps its own name and password; those in the request are not used. */
export type Account = 'new' | 'taken_over' | 'kept'

/** How an account whose address was never proven is taken over. */
export type TakingOver = {
  existing?: boolean | undefined
  password_hash: string | null
  first_name?: string | undefined
  last_name?: string | undefined
}

const Names = Type.Object({ first_name: FirstName, last_name: LastName })

/** Who changes another account. Null: an operator at the command line. */
export type ActorId = number | null

/** Something that an account can be given once. `find` returns what the account already has, which is then kept. */
export type Role<T> = {
  find(trx: Db, user: UserRow): Promise<T | undefined>
  give(trx: Db, user: UserRow, account: Account): Promise<T>
}

export type Given<T> = { role: T; isNew: boolean; account: Account }

/**
 * Gives a role to the account with that address, creating the account in the same transaction if there is none. An account
 * whose address was never proven may have been opened by anybody: it is taken over only with `existing`, which ends all
 * its sessions (decision 0046). Throws 400 for invalid input and 409 for a closed or unproven account.
 */
export async function giveRole<T>(
  deps: AccountDeps,
  actor_id: ActorId,
  person: Person,
  role: Role<T>,
): Promise<Given<T>> {
  const email = readEmail(person.email)
  // The command line does not validate against a schema.
  const faults = faultsIn(Names, person)
  if (faults.length > 0) throw invalidFields(faults)
  const known = await userStore.findByEmail(deps.db, email)
  const needed = takesPassword(known, person)
  const password_hash = needed ? await hashFirst(person, known ? TAKEN_OVER : NO_ACCOUNT) : null
  const given = await retryingTransaction(deps.db, async (trx) => {
    const created =
      password_hash !== null && !known && (await openAccount(trx, deps, actor_id, person, password_hash))
    const found = created || (await userStore.findByEmail(trx, email))
    // Concurrent calls for the same person wait here.
    const user = found && (await userStore.lock(trx, found.id))
    if (!user?.is_active) throw accountClosed()
    const had = await role.find(trx, user)
    if (had !== undefined) return { user, role: had, isNew: false, account: 'kept' as const }
    const account: Account = created ? 'new' : user.email_proven ? 'kept' : 'taken_over'
    if (account === 'taken_over') await takeOver(trx, deps, actor_id, user, { ...person, password_hash })
    return { user, role: await role.give(trx, user, account), isNew: true, account }
  })
  const { user, ...result } = given
  deps.identity.sessions.forget(user.id)
  return result
}

/** Whether `giveRole` would set a password: for a new account, and for one that is taken over. */
export async function isPasswordNeeded({ db }: AccountDeps, person: Pick<Person, 'email' | 'existing'>) {
  return takesPassword(await userStore.findByEmail(db, readEmail(person.email)), person)
}

const takesPassword = (known: UserRow | undefined, { existing }: Pick<Person, 'existing'>): boolean =>
  !known || (existing === true && !known.email_proven)

/**
 * Replaces password, Google account and sessions of an unproven account, and its name where another one is given. Throws
 * 409 without `existing`, and 400 without a password.
 */
export async function takeOver(
  trx: Db,
  deps: AccountDeps,
  actor_id: ActorId,
  user: UserRow,
  { existing, password_hash, first_name = user.first_name, last_name = user.last_name }: TakingOver,
): Promise<void> {
  if (!existing) throw notProven()
  if (password_hash === null) throw passwordMissing(TAKEN_OVER)
  const name = { first_name: first_name.trim(), last_name: last_name.trim() }
  await userStore.updateAndEndSessions(trx, user.id, { ...name, password_hash, google_sub: null })
  await auditLog.record(trx, change(deps, actor_id, user, 'user.taken_over'))
}

export function createAdmin(deps: AccountDeps, person: Person): Promise<Given<boolean>> {
  return giveRole(deps, null, person, {
    find: async (_trx, user) => user.is_admin || undefined,
    async give(trx, user) {
      await userStore.update(trx, user.id, { is_admin: true })
      await auditLog.record(trx, change(deps, null, user, 'user.made_admin'))
      return true
    },
  })
}

/**
 * Sets a new password, ends every session of the account and resets its counts of failed logins. A linked Google account
 * that has not proven the address is unlinked. Throws 404 when there is no such account.
 */
export async function resetPassword(deps: AccountDeps, email: string, password: string): Promise<void> {
  const user = await userStore.findByEmail(deps.db, readEmail(email))
  if (!user) throw notFound('account')
  const password_hash = await hashPassword(readNewPassword(password))
  await deps.db
    .transaction()
    .execute((trx) =>
      replacePassword(trx, deps, user, { password_hash, actor_id: null, isProven: user.email_proven }),
    )
  deps.identity.sessions.forget(user.id)
}

/** The same in a transaction. `isProven`: whether the address is known to be the owner's from now on. */
export async function replacePassword(
  trx: Db,
  deps: { clock: Clock },
  user: UserRow,
  { password_hash, actor_id, isProven }: { password_hash: string; actor_id: ActorId; isProven: boolean },
): Promise<void> {
  const google_sub = user.email_proven ? user.google_sub : null
  await userStore.updateAndEndSessions(trx, user.id, { password_hash, google_sub, email_proven: isProven })
  await forgetAttempts(trx, [user.id, user.email])
  await auditLog.record(trx, change(deps, actor_id, user, 'user.password_reset'))
}

/** Returns undefined when the address has just been taken. */
async function openAccount(
  trx: Db,
  deps: AccountDeps,
  actor_id: ActorId,
  { email, first_name, last_name }: Person,
  password_hash: string,
): Promise<UserRow | undefined> {
  const user = await userStore.insert(trx, {
    email: readEmail(email),
    password_hash,
    google_sub: null,
    first_name: first_name.trim(),
    last_name: last_name.trim(),
    phone: null,
  })
  if (user) await auditLog.record(trx, change(deps, actor_id, user, 'user.created'))
  return user
}

/** Returns the hash of the first password of an account. Throws 400 when the password is missing or unsuitable. */
export async function hashFirst(
  { password }: { password?: string | undefined },
  why = TAKEN_OVER,
): Promise<string> {
  if (password === undefined) throw passwordMissing(why)
  return hashPassword(readNewPassword(password))
}

function change({ clock }: { clock: Clock }, actor_id: ActorId, { id }: UserRow, action: string) {
  return { at: clock.now(), actor_id, action, subject: 'user' as const, subject_id: id }
}
