import type { Generated, JSONColumnType } from 'kysely'

/** Sessions that were ended before their tokens expire. */
export type EndedSessionTable = { id: string; user_id: number; ended_at: Date }

/** Sessions that go on, unless they have ended by then: `ended_sessions` alone says so. */
export type SessionTable = {
  id: string
  user_id: number
  started_at: Date
  last_used_at: Date
  device: string
  /** That of the newest refresh token that was used, which one that is, and since when. */
  generation: Generated<number>
  token_id: string | null
  generation_at: Date
  /** Tokens that were replaced a moment ago. */
  replaced: JSONColumnType<Replaced[], string | undefined, string>
}

type Replaced = { id: string; at_ms: number }
