import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { LoggedIn } from '#booking/identity/login/auth.schema.ts'
import { type AuthDeps, type Origin, startSession } from '#booking/identity/login/auth.service.ts'
import { readNewPassword } from '#booking/identity/login/password-rules.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import type { ChangePassword } from './account.schema.ts'
import {
  confirmPassword,
  confirmWithGoogle,
  getCurrent,
  lockUnchanged,
  type OwnerDeps,
} from './owner.service.ts'

export type PasswordDeps = OwnerDeps & AuthDeps & { db: Db; identity: { sessions: Sessions } }

const googleTokenMissing = () =>
  invalidFields([
    { field: 'google_token', message: 'is required: sign in with Google again to set a first password' },
  ])

/**
 * Sets a new password, ends every session and returns the tokens of a new one. Needs the current password or a fresh Google
 * ID token of the linked account, because a stolen access token must not be enough. Throws like `confirmPassword`.
 */
export async function changePassword(
  deps: PasswordDeps,
  origin: Origin,
  caller: UserRow,
  { current_password, google_token, new_password }: ChangePassword,
): Promise<LoggedIn> {
  const user = await getCurrent(deps, caller)
  const password = readNewPassword(new_password, 'new_password')
  if (google_token !== undefined) await confirmWithGoogle(deps, origin, user, google_token)
  else if (user.password_hash === null) throw googleTokenMissing()
  else await confirmPassword(deps, origin, user, { field: 'current_password', password: current_password })
  const password_hash = await hashPassword(password)
  const changed = await deps.db.transaction().execute(async (trx) => {
    await lockUnchanged(trx, user)
    await auditLog.record(trx, ownChange(deps, user.id, 'user.password_changed'))
    return userStore.updateAndEndSessions(trx, user.id, { password_hash })
  })
  deps.identity.sessions.forget(user.id)
  return startSession(deps, origin, changed, 'Password changed successfully')
}
