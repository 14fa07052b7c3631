import type { Generated } from 'kysely'

export type CalendarTokenTable = {
  user_id: number
  token_hash: string
  created_at: Date
  /**
   * The account's `session_version` at creation, set by the trigger `calendar_tokens_note_session_version`: ending all
   * sessions revokes the token too.
   */
  session_version: Generated<number | null>
}
