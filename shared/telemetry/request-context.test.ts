import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBatcher } from '#shared/jobs/batcher.ts'
import { startLoop } from '#shared/jobs/loop.ts'
import {
  currentCause,
  currentRequest,
  newRequestId,
  onBehalfOf,
  runAs,
  toContext,
} from './request-context.ts'

const aRequest = (id: string) => ({ id, parent: undefined })
const idNow = async () => currentRequest()?.id

test('whatever a request starts knows it, also later; others know nothing of it', async () => {
  const seen = await runAs(aRequest('a'), async () => {
    await sleep(1)
    return Promise.all([idNow(), runAs(aRequest('b'), idNow), idNow()])
  })
  assert.deepEqual(seen, ['a', 'b', 'a'])
  assert.equal(currentRequest(), undefined)
  assert.deepEqual(currentCause(), { request_id: null, trace_parent: null })
})

test('work for one request is part of it, work for several has an id of its own', async () => {
  const [a, b] = [aRequest('a'), aRequest('b')]
  assert.equal(await onBehalfOf([a, a], 'test', idNow), 'a')
  const own = await runAs(a, () => onBehalfOf([a, b], 'test', idNow))
  assert.match(String(own), /^[0-9a-f]{16}-/)
  assert.notEqual(await onBehalfOf([undefined], 'test', idNow), undefined)
})

test('a batch never runs in the context of the request that happened to begin it', async () => {
  const { add } = createBatcher<string, string | undefined>({
    name: 'test',
    batchMax: 10,
    waitingMax: 10,
    concurrency: 1,
    run: async (items) => {
      const id = await idNow()
      return items.map(() => id)
    },
  })
  assert.equal(await runAs(aRequest('alone'), () => add('x')), 'alone')
  const together = await Promise.all(['a', 'b'].map((id) => runAs(aRequest(id), () => add(id))))
  assert.equal(together[0], together[1])
  assert.ok(together[0] !== 'a' && together[0] !== 'b')
})

test('a job that a request starts or pokes is not its own', async () => {
  const seen: (string | undefined)[] = []
  const run = async () => {
    seen.push(await idNow())
    return false
  }
  const loop = runAs(aRequest('a'), () => startLoop({ name: 'test', everyMs: 60_000, log: console, run }))
  await sleep(20)
  runAs(aRequest('b'), loop.poke)
  await sleep(20)
  await loop.stop()
  assert.deepEqual(seen, [undefined, undefined])
})

test('what is kept with a message leads back to the request', () => {
  const cause = { request_id: 'a', trace_parent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
  assert.deepEqual(runAs(toContext(cause), currentCause), cause)
  assert.equal(toContext({ request_id: null, trace_parent: null }), undefined)
})

test('no two ids are the same', () => {
  assert.equal(new Set(Array.from({ length: 1_000 }, newRequestId)).size, 1_000)
})
