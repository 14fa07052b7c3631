import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/users/email.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { notFound } from '#shared/http/app-error.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword } from './passwords.ts'

/** Whom an operator opens an account for. */
export type Person = { email: string; password: string; first_name: string; last_name: string }

/** The account of that address, made when there is none. An account that exists keeps its password. */
export async function ensureAccount(deps: Deps, person: Person): Promise<{ user: UserRow; isNew: boolean }> {
  const email = readEmail(person.email)
  const existing = await userStore.findByEmail(deps.db, email)
  if (existing) return { user: existing, isNew: false }
  const { first_name, last_name } = person
  const password_hash = await hashPassword(readNewPassword(person.password))
  const user = await userStore.insert(deps.db, {
    email,
    password_hash,
    first_name,
    last_name,
    google_sub: null,
    phone: null,
  })
  return user ? { user, isNew: true } : ensureAccount(deps, person)
}

export async function createAdmin(deps: Deps, person: Person): Promise<{ isNew: boolean }> {
  const { user, isNew } = await ensureAccount(deps, person)
  await userStore.update(deps.db, user.id, { is_admin: true })
  return { isNew }
}

/** Sets a new password and ends every session of the account. */
export async function resetPassword(deps: Deps, email: string, password: string): Promise<void> {
  const user = await userStore.findByEmail(deps.db, readEmail(email))
  if (!user) throw notFound('account')
  const password_hash = await hashPassword(readNewPassword(password))
  await userStore.update(deps.db, user.id, { password_hash, session_version: user.session_version + 1 })
  deps.sessions.forget(user.id)
}
