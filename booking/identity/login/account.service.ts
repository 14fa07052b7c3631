import Type from 'typebox'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { readEmail } from '#booking/identity/users/email.ts'
import { Name } from '#booking/identity/users/user.schema.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
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
    'There is an account with this e-mail address, and nobody has proven that it is theirs. Have its owner sign in with Google once, or take it over: existing with a new password ends every session of whoever opened it.',
  )

/**
 * Whom somebody else opens an account for, or finds one of. `existing`: an account that is there may be taken over with the
 * password although its address was never proven.
 */
export type Person = {
  email: string
  password?: string | undefined
  first_name: string
  last_name: string
  existing?: boolean | undefined
}

/** What became of the account. Only `kept` ones go on with the name and the password that they had: those given are not used. */
export type Account = 'new' | 'taken_over' | 'kept'

/** What is asked for an account that anybody may have opened, and what it gets. */
export type TakingOver = {
  existing?: boolean | undefined
  password_hash: string | null
  first_name?: string | undefined
  last_name?: string | undefined
}

const Names = Type.Object({ first_name: Name, last_name: Name })

/** Who does something to another account. Null: an operator at the command line. */
export type ActorId = number | null

/** Something that is given to an account once. `find` says what an account has of it already, which then stays as it is. */
export type Role<T> = {
  find(trx: Db, user: UserRow): Promise<T | undefined>
  give(trx: Db, user: UserRow, account: Account): Promise<T>
}

export type Given<T> = { role: T; isNew: boolean; account: Account }

/**
 * Gives a role to the account of that address, which is made in the same transaction when there is none. One whose
 * address was never proven may have been opened by anybody: it is only taken when that is asked for, and then nobody
 * who could log in before can go on.
 */
export async function giveRole<T>(
  deps: AccountDeps,
  actor_id: ActorId,
  person: Person,
  role: Role<T>,
): Promise<Given<T>> {
  const email = readEmail(person.email)
  // From the command line they come without a schema.
  const faults = faultsIn(Names, person)
  if (faults.length > 0) throw invalidFields(faults)
  const known = await userStore.findByEmail(deps.db, email)
  const needed = takesPassword(known, person)
  const password_hash = needed ? await hashFirst(person, known ? TAKEN_OVER : NO_ACCOUNT) : null
  const given = await deps.db.transaction().execute(async (trx) => {
    const created =
      password_hash !== null && !known && (await openAccount(trx, deps, actor_id, person, password_hash))
    const found = created || (await userStore.findByEmail(trx, email))
    // Whoever else gives the same person something waits here.
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

/** Whether the account of that address begins anew, and so with the password that is given. */
export async function isPasswordNeeded({ db }: AccountDeps, person: Pick<Person, 'email' | 'existing'>) {
  return takesPassword(await userStore.findByEmail(db, readEmail(person.email)), person)
}

const takesPassword = (known: UserRow | undefined, { existing }: Pick<Person, 'existing'>): boolean =>
  !known || (existing === true && !known.email_proven)

/**
 * Ends what whoever opened an unproven account could log in with, and what they called themselves where another name is
 * given. Throws unless that is what was asked for.
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
 * Sets a new password, ends every session of the account, and lets its owner in again where too many have guessed. A Google
 * account that has not proven the address is not let in any more either.
 */
export async function resetPassword(deps: AccountDeps, email: string, password: string): Promise<void> {
  const user = await userStore.findByEmail(deps.db, readEmail(email))
  if (!user) throw notFound('account')
  const password_hash = await hashPassword(readNewPassword(password))
  await deps.db.transaction().execute(async (trx) => {
    const changes = user.email_proven ? { password_hash } : { password_hash, google_sub: null }
    await userStore.updateAndEndSessions(trx, user.id, changes)
    await forgetAttempts(trx, [user.id, user.email])
    await auditLog.record(trx, change(deps, null, user, 'user.password_reset'))
  })
  deps.identity.sessions.forget(user.id)
}

/** Undefined when the address has just been taken. */
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

/** The hash of a password that an account is to begin with. */
export async function hashFirst(
  { password }: { password?: string | undefined },
  why = TAKEN_OVER,
): Promise<string> {
  if (password === undefined) throw passwordMissing(why)
  return hashPassword(readNewPassword(password))
}

function change({ clock }: AccountDeps, actor_id: ActorId, { id }: UserRow, action: string) {
  return { at: clock.now(), actor_id, action, subject: 'user' as const, subject_id: id }
}
