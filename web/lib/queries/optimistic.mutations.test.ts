import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { notifyManager, QueryObserver } from '@tanstack/react-query'
import { queryClient } from '../query-client.ts'
import { showChange } from './optimistic.mutations.ts'

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
