import type { RefreshState } from './session.store.ts'
import type { Session } from './tokens.ts'

/** Grace period of a replaced refresh token: for parallel tabs, and for answers that got lost. */
const GRACE_MS = 60_000
/** How many replaced tokens are stored per session. */
const REPLACED_MAX = 32

type Used = Pick<Session, 'tokenId' | 'generation'>

/**
 * How a refresh token relates to the session. `again`: it is the current one. `moved`: it is newer and becomes the current
 * one, with the state `after`. `late`: replaced within the grace period. `reused`: replaced earlier, so it may be stolen.
 */
export type Verdict = { kind: 'again' | 'late' | 'reused' } | { kind: 'moved'; after: RefreshState }

/**
 * Judges the use of a refresh token. Every answer carries a new token, but the old one is replaced only when the new one is
 * used, so that clients which keep their first token go on working. Of two issued for the same token, the one that is used
 * first becomes the current one (decision 0016).
 */
export function judge(state: RefreshState, { tokenId, generation }: Used, now: Date): Verdict {
  if (tokenId === state.token_id) return { kind: 'again' }
  const isFirst = state.token_id === null && generation === state.generation
  if (generation > state.generation || isFirst)
    return { kind: 'moved', after: moved(state, { tokenId, generation }, now) }
  const graceFromMs = now.getTime() - GRACE_MS
  const isSibling = generation === state.generation
  const replacedAtMs = isSibling
    ? state.generation_at.getTime()
    : state.replaced.find(({ id }) => id === tokenId)?.at_ms
  const isLate = replacedAtMs !== undefined && replacedAtMs > graceFromMs
  return { kind: isLate ? 'late' : 'reused' }
}

function moved(state: RefreshState, { tokenId, generation }: Used, now: Date): RefreshState {
  const nowMs = now.getTime()
  const before = state.token_id === null ? [] : [{ id: state.token_id, at_ms: nowMs }]
  const replaced = [...before, ...state.replaced].filter(({ at_ms }) => at_ms > nowMs - GRACE_MS)
  return {
    ...state,
    generation,
    token_id: tokenId,
    generation_at: now,
    replaced: replaced.slice(0, REPLACED_MAX),
  }
}
