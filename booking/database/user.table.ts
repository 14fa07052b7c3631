import type { Generated, Insertable, Selectable } from 'kysely'

export type UserTable = {
  id: Generated<number>
  /** As typed by the user. */
  email: string
  /**
   * Canonical form of `email`, unique. Set by the store; for rows of older releases, by the triggers `users_without_key` and
   * `users_moved_without_key`.
   */
  email_key: Generated<string | null>
  password_hash: string | null
  google_sub: string | null
  first_name: string
  last_name: string
  phone: string | null
  is_admin: Generated<boolean>
  is_active: Generated<boolean>
  /** True once the user has shown to own the address: by Google, or by a link that was mailed to it. */
  email_proven: Generated<boolean>
  /** Tokens issued under another version are invalid. */
  session_version: Generated<number>
  /** The account has the published demo password. The trigger `users_leave_demo` clears the flag when it changes. */
  is_demo: Generated<boolean>
  created_at: Generated<Date>
}

export type UserRow = Selectable<UserTable>
export type NewUser = Insertable<UserTable>
