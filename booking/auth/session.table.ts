/** Sessions that were logged out; the living ones are only in their tokens. */
export type EndedSessionTable = { id: string; user_id: number; ended_at: Date }
