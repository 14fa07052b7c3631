import type { Generated, Insertable, Selectable } from 'kysely'

export type UserTable = {
  id: Generated<number>
  /** As it was typed. */
  email: string
  /**
   * Its canonical form, which is unique. Written by the store; for versions that write none, by the triggers
   * `users_without_key` and `users_moved_without_key`.
   */
  email_key: Generated<string | null>
  password_hash: string | null
  google_sub: string | null
  first_name: string
  last_name: string
  phone: string | null
  is_admin: Generated<boolean>
  is_active: Generated<boolean>
  /** True once the owner of the address has been proven, by Google's word for it. */
  email_proven: Generated<boolean>
  /** Tokens issued under another number are no longer valid. */
  session_version: Generated<number>
  /** Its password is published. The trigger `users_leave_demo` clears it when another one is set. */
  is_demo: Generated<boolean>
  created_at: Generated<Date>
}

export type UserRow = Selectable<UserTable>
export type NewUser = Insertable<UserTable>
