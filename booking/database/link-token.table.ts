import type { Generated, Selectable } from 'kysely'

export type LinkPurpose = 'reset-password' | 'verify-email'

/** A link that was mailed to somebody. Of each purpose an account has one, the newest. */
export type LinkTokenTable = {
  user_id: number
  purpose: LinkPurpose
  token_hash: string
  /** To which address it was mailed, in canonical form. */
  email_key: string
  /** That of the account when it was mailed. */
  session_version: number
  expires_at: Date
  /** When it was used, or ended by another address. */
  used_at: Date | null
}

export type LinkTokenRow = Selectable<LinkTokenTable>

/** Somebody has forgotten the password of an account that may not exist. Deleted by the job that looks. */
export type PasswordResetRequestTable = {
  id: Generated<number>
  email_key: string
  requested_at: Date
}
