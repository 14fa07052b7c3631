import type { RefreshState } from './session.store.ts'
import type { Session } from './tokens.ts'

/** So long a refresh token that was replaced still works: for parallel tabs, and for answers that got lost. */
const GRACE_MS = 60_000
/** Of so many of them it is remembered. */
const REPLACED_MAX = 32

type Used = Pick<Session, 'tokenId' | 'generation'>

/**
 * What the use of a refresh token says. `again`: it is the one that counts. `moved`: it is newer, and counts from now on.
 * `late`: it was replaced a moment ago. `reused`: it was replaced long ago, so two hands have the session.
 */
export type Verdict = { kind: 'again' | 'late' | 'reused' } | { kind: 'moved'; after: RefreshState }

/**
 * Every answer has a new token, but nothing is replaced until one of those is used: clients that keep the first token go
 * on with it. Of two that came of the same one, that which is used first counts.
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
