import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './refresh.rules.ts'
import type { RefreshState } from './session.store.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1_000)
const fresh: RefreshState = {
  started_at: at(0),
  generation: 0,
  token_id: null,
  generation_at: at(0),
  replaced: [],
}

/** Uses tokens such as `a0`, whose number is their generation, one after the other. */
function use(state: RefreshState, steps: [token: string, seconds: number][]) {
  let current = state
  const kinds = steps.map(([token, seconds]) => {
    const verdict = judge(current, { tokenId: token, generation: Number(token.slice(1)) }, at(seconds))
    if (verdict.kind === 'moved') current = verdict.after
    return verdict.kind
  })
  return { kinds, state: current }
}

test('the first token stays valid while no other is used', () => {
  const { kinds } = use(fresh, [
    ['a0', 1],
    ['a0', 3_600],
    ['a0', 7_200],
  ])
  assert.deepEqual(kinds, ['moved', 'again', 'again'])
})

test('a replaced token is late for one minute, and reused after that', () => {
  const steps: [string, number][] = [
    ['a0', 0],
    ['a1', 100],
    ['a0', 159],
    ['a1', 160],
    ['a0', 160],
  ]
  assert.deepEqual(use(fresh, steps).kinds, ['moved', 'moved', 'late', 'again', 'reused'])
})

test('each token has its own grace period, however many were replaced meanwhile', () => {
  const { kinds } = use(fresh, [
    ['a0', 0],
    ['a1', 10],
    ['a2', 20],
    ['a3', 30],
    ['a0', 69],
    ['a0', 70],
    ['a2', 89],
  ])
  assert.deepEqual(kinds, ['moved', 'moved', 'moved', 'moved', 'late', 'reused', 'late'])
})

test('of two tokens issued for the same one, the one that is used first becomes current', () => {
  const steps: [string, number][] = [
    ['a0', 0],
    ['a1', 100],
    ['b1', 110],
    ['b1', 160],
  ]
  assert.deepEqual(use(fresh, steps).kinds, ['moved', 'moved', 'late', 'reused'])
})

test('the number of stored replaced tokens is bounded', () => {
  const many = Array.from({ length: 1_000 }, (_, n): [string, number] => [`a${n}`, n / 1_000])
  assert.equal(use(fresh, many).state.replaced.length, 32)
})
