import type { Generated } from 'kysely'

export type CalendarTokenTable = {
  user_id: number
  token_hash: string
  created_at: Date
  /** The account's when it was opened, set by the trigger `calendar_tokens_note_session_version`: it ends with the sessions. */
  session_version: Generated<number | null>
}
