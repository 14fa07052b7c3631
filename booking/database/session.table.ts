import type { Generated, JSONColumnType } from 'kysely'

/** Sessions that were ended before their tokens expired. */
export type EndedSessionTable = { id: string; user_id: number; ended_at: Date }

/** Sessions that were started or refreshed. Whether one has ended is decided by `ended_sessions` alone. */
export type SessionTable = {
  id: string
  user_id: number
  started_at: Date
  last_used_at: Date
  device: string
  /** `generation`, id and time of first use of the newest refresh token that was used. */
  generation: Generated<number>
  token_id: string | null
  generation_at: Date
  /** Recently replaced refresh tokens, which still work during the grace period (`refresh.rules.ts`). */
  replaced: JSONColumnType<Replaced[], string | undefined, string>
}

type Replaced = { id: string; at_ms: number }
