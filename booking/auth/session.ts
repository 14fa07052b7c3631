import type { Deps } from '#booking/deps.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import type { TokenKind } from './tokens.ts'

/**
 * The active account behind a token of that kind. A token outlives the account's deactivation and the
 * end of its sessions, so the account is looked up each time.
 */
export async function findSessionUser(
  deps: Deps,
  kind: TokenKind,
  token: string | undefined,
): Promise<UserRow | undefined> {
  const session = token && (await deps.tokens.verify(kind, token))
  if (!session) return undefined
  const user = await userStore.findById(deps.db, session.userId)
  return user?.is_active && user.session_version === session.version ? user : undefined
}

export function issueToken(deps: Deps, kind: TokenKind, user: UserRow): Promise<string> {
  return deps.tokens.issue(kind, { userId: user.id, version: user.session_version })
}
