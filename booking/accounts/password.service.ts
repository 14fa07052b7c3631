import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { LoggedIn } from '#booking/auth/auth.schema.ts'
import { type Origin, startSession } from '#booking/auth/auth.service.ts'
import { readNewPassword } from '#booking/auth/password-rules.ts'
import { hashPassword } from '#booking/auth/passwords.ts'
import type { Deps } from '#booking/deps.ts'
import { ownChange } from '#booking/users/own-change.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import type { ChangePassword } from './account.schema.ts'
import { confirmPassword, confirmWithGoogle, getCurrent, lockUnchanged } from './owner.service.ts'

const googleTokenMissing = () =>
  invalidFields([
    { field: 'google_token', message: 'is required: sign in with Google again to set a first password' },
  ])

/**
 * Sets a new password and ends every session; the caller gets another one. It takes the current one. An account that has
 * none, and who has forgotten theirs or found that somebody else has set one, signs in with Google once more: a token
 * that was found must not be enough to make the account one's own.
 */
export async function changePassword(
  deps: Deps,
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
  deps.sessions.forget(user.id)
  return startSession(deps, origin, changed, 'Password changed successfully')
}
