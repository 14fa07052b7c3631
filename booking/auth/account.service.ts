import Type from 'typebox'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database.ts'
import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/users/email.ts'
import { Name } from '#booking/users/user.schema.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { conflict, invalidFields, notFound } from '#shared/http/app-error.ts'
import { faultsIn } from '#shared/http/checker.ts'
import { forgetAttempts } from './login-attempt.store.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword } from './passwords.ts'

const passwordMissing = () =>
  invalidFields([{ field: 'password', message: 'is required: no account has this e-mail address yet' }])
const accountClosed = () =>
  conflict(
    'account_inactive',
    'The account with this e-mail address is no longer active: use another address.',
  )

/** Whom somebody else opens an account for. */
export type Person = { email: string; password?: string | undefined; first_name: string; last_name: string }

const Names = Type.Object({ first_name: Name, last_name: Name })

/** Who does something to another account. Null: an operator at the command line. */
export type ActorId = number | null

/**
 * Does something with the account of that address, which is made in the same transaction when there is none. An
 * account that exists keeps its password.
 */
export async function withAccount<T>(
  deps: Deps,
  actor_id: ActorId,
  person: Person,
  work: (trx: Db, user: UserRow, isNew: boolean) => Promise<T>,
): Promise<T> {
  const email = readEmail(person.email)
  // From the command line they come without a schema.
  const faults = faultsIn(Names, person)
  if (faults.length > 0) throw invalidFields(faults)
  const password_hash = (await userStore.findByEmail(deps.db, email)) ? null : await hashFirst(person)
  return deps.db.transaction().execute(async (trx) => {
    const { first_name, last_name } = person
    const names = { first_name: first_name.trim(), last_name: last_name.trim() }
    const created =
      password_hash &&
      (await userStore.insert(trx, { email, password_hash, google_sub: null, ...names, phone: null }))
    const user = created || (await userStore.findByEmail(trx, email))
    if (!user?.is_active) throw accountClosed()
    if (created) await auditLog.record(trx, change(deps, actor_id, user, 'user.created'))
    return work(trx, user, Boolean(created))
  })
}

export async function createAdmin(deps: Deps, person: Person): Promise<{ isNew: boolean }> {
  return withAccount(deps, null, person, async (trx, user, isNew) => {
    if (!user.is_admin) {
      await userStore.update(trx, user.id, { is_admin: true })
      await auditLog.record(trx, change(deps, null, user, 'user.made_admin'))
    }
    return { isNew }
  })
}

/** Sets a new password, ends every session of the account, and lets its owner in again where too many have guessed. */
export async function resetPassword(deps: Deps, email: string, password: string): Promise<void> {
  const user = await userStore.findByEmail(deps.db, readEmail(email))
  if (!user) throw notFound('account')
  const password_hash = await hashPassword(readNewPassword(password))
  await deps.db.transaction().execute(async (trx) => {
    await userStore.updateAndEndSessions(trx, user.id, { password_hash })
    await forgetAttempts(trx, [user.id, user.email])
    await auditLog.record(trx, change(deps, null, user, 'user.password_reset'))
  })
  deps.sessions.forget(user.id)
}

async function hashFirst({ password }: Person): Promise<string> {
  if (password === undefined) throw passwordMissing()
  return hashPassword(readNewPassword(password))
}

function change({ clock }: Deps, actor_id: ActorId, { id }: UserRow, action: string) {
  return { at: clock.now(), actor_id, action, subject: 'user' as const, subject_id: id }
}
