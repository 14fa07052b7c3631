import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { notifyManager, QueryObserver } from '@tanstack/react-query'
import { ApiError, hasCode, NO_ANSWER, unreachable } from '../api/api-error.ts'
import { queryClient, refresh } from '../query-client.ts'
import { showChange, withOutcome } from './optimistic.mutations.ts'

type Guests = Record<string, 'here' | 'away'>

const KEY = ['guests']
const arrive = (name: string) => showChange<Guests>(KEY, (guests) => ({ ...guests, [name]: 'here' }))
const shown = (key: unknown[] = KEY) => queryClient.getQueryData<Guests>(key)

/** Begins to read, as a page does. The returned function answers. */
function read(key: unknown[] = KEY) {
  const { promise, resolve } = Promise.withResolvers<Guests>()
  const done = queryClient.fetchQuery({ queryKey: key, queryFn: () => promise, staleTime: 0 })
  return (guests: Guests) => {
    resolve(guests)
    return done
  }
}

const know = (guests: Guests, key?: unknown[]) => read(key)(guests)

afterEach(() => queryClient.clear())

test('a change is shown at once, and stays once it is confirmed', async () => {
  await know({ ann: 'away' })
  const change = arrive('ann')
  assert.deepEqual(shown(), { ann: 'here' })
  change.confirm()
  assert.deepEqual(shown(), { ann: 'here' })
})

test('a change that is refused is taken back, and the others stay, whichever is answered first', async () => {
  await know({ ann: 'away', ben: 'away', cleo: 'away' })
  const [ann, ben, cleo] = [arrive('ann'), arrive('ben'), arrive('cleo')]
  cleo.confirm()
  ann.takeBack()
  assert.deepEqual(shown(), { ann: 'away', ben: 'here', cleo: 'here' })
  ben.takeBack()
  assert.deepEqual(shown(), { ann: 'away', ben: 'away', cleo: 'here' })
})

test('what is read meanwhile does not bring the old state back, and is what remains when the change is refused', async () => {
  await know({ ann: 'away' })
  const change = arrive('ann')
  const seen = new Set<string | undefined>()
  const observer = new QueryObserver<Guests>(queryClient, { queryKey: KEY })
  // As components do: they render once per batch.
  const render = notifyManager.batchCalls(() => seen.add(observer.getCurrentResult().data?.ann))
  const leave = observer.subscribe(render)
  await know({ ann: 'away', ben: 'here' })
  assert.deepEqual(shown(), { ann: 'here', ben: 'here' })
  await setTimeout(10)
  assert.deepEqual([...seen], ['here'])
  change.takeBack()
  assert.deepEqual(shown(), { ann: 'away', ben: 'here' })
  leave()
})

test('what is read for the first time has the change too', async () => {
  const answer = read([...KEY, 'page', 2])
  const change = arrive('ann')
  await answer({ ann: 'away' })
  assert.deepEqual(shown([...KEY, 'page', 2]), { ann: 'here' })
  change.confirm()
  assert.deepEqual(shown([...KEY, 'page', 2]), { ann: 'here' })
})

test('other keys are left alone, and how old an answer is does not change', async () => {
  await know({ ann: 'away' }, ['others'])
  await know({ ann: 'away' })
  const readAt = queryClient.getQueryState(KEY)?.dataUpdatedAt
  arrive('ann').confirm()
  assert.deepEqual(shown(['others']), { ann: 'away' })
  assert.equal(queryClient.getQueryState(KEY)?.dataUpdatedAt, readAt)
})

test('leaving the page asks while a change is unanswered', () => {
  const page = new EventTarget()
  Object.assign(globalThis, { window: page })
  const leave = () => page.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  const [ann, ben] = [arrive('ann'), arrive('ben')]
  assert.equal(leave(), false)
  ann.confirm()
  assert.equal(leave(), false)
  ben.takeBack()
  assert.equal(leave(), true)
})

test('a lost answer is told once everything was read again, and whether it could be; a refusal as it is', async () => {
  const told: string[] = []
  let canBeRead = true
  const observer = new QueryObserver(queryClient, {
    queryKey: KEY,
    retry: false,
    queryFn: async () => {
      told.push('read')
      if (!canBeRead) throw new Error('unreadable')
      return { ann: 'away' }
    },
  })
  const leave = observer.subscribe(() => undefined)
  await observer.refetch()
  told.length = 0
  const messageOf = async (error: Error) => (await withOutcome(error, () => refresh(KEY))).message
  assert.match(await messageOf(unreachable()), /this page shows how it is now/)
  canBeRead = false
  assert.match(await messageOf(unreachable()), /Look here again/)
  assert.equal(told.length, 2)
  const refusal = new ApiError(409, { error: 'No.', code: 'no' })
  assert.equal(await withOutcome(refusal, () => refresh(KEY)), refusal)
  assert.equal(hasCode(await withOutcome(unreachable(), () => refresh(KEY)), NO_ANSWER), true)
  leave()
})
