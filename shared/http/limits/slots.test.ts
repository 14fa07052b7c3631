import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { conflict, forbidden } from '#shared/errors/app-error.ts'
import { createExports } from './exports.ts'
import { createKeyedSemaphore } from './keyed-semaphore.ts'
import { createSlots } from './slots.ts'

/** An answer that is over when the test says so. */
function anAnswer() {
  const answer = Object.assign(new EventEmitter(), { destroyed: false })
  const over = () => {
    answer.destroyed = true
    answer.emit('close')
  }
  return { response: answer as unknown as ServerResponse, over }
}

const full = () => conflict('full', 'Full.')
const one = (key: string) => ({ key, max: 1, refusal: () => forbidden('yours', 'Yours is taken.') })

test('a place is taken until the answer is over, by key and by weight', () => {
  const places = createSlots(10, full)
  const [first, second] = [anAnswer(), anAnswer()]
  places.take(first.response, [one('ann'), one('here')], 6)
  assert.throws(() => places.take(second.response, [one('ann')]), { code: 'yours' })
  assert.throws(() => places.take(second.response, [one('bob')], 5), { code: 'full' })
  places.take(second.response, [one('bob')], 4)
  assert.equal(places.taken(), 10)
  first.over()
  places.take(anAnswer().response, [one('ann')], 6)
  assert.equal(places.taken(), 10)
})

test('one that weighs more than all together may is let in alone, and one that is over holds nothing', () => {
  const places = createSlots(10, full)
  const gone = anAnswer()
  gone.over()
  places.take(gone.response, [one('ann')], 3)
  assert.equal(places.taken(), 0)
  places.take(anAnswer().response, [one('ann')], 99)
  assert.throws(() => places.take(anAnswer().response, []), { code: 'full' })
})

test('one caller is answered one after the other, however many ask; others do not wait', async () => {
  const semaphore = createKeyedSemaphore({ permits: 1, waitingMax: 2, waitingMaxInAll: 10 })
  const answers = [anAnswer(), anAnswer(), anAnswer()] as const
  const entered: number[] = []
  const enter = async (i: number) => {
    await semaphore.acquire('ann', answers[i]?.response as ServerResponse)
    entered.push(i)
  }
  const waiting = [enter(0), enter(1), enter(2)]
  await assert.rejects(semaphore.acquire('ann', anAnswer().response), {
    status: 429,
    code: 'too_many_at_once',
  })
  await semaphore.acquire('bob', anAnswer().response)
  await waiting[0]
  assert.deepEqual(entered, [0])
  // The second leaves while it waits: the third is next.
  answers[1].over()
  answers[0].over()
  await Promise.all(waiting)
  assert.deepEqual(entered, [0, 1, 2])
  answers[2].over()
  await semaphore.acquire('ann', anAnswer().response)
})

test('one caller has two files at once, and a whole one every five seconds, where limits are on', () => {
  const exports = createExports({ isLimited: true })
  const first = anAnswer()
  exports.beginWhole(first.response, 1)
  assert.throws(() => exports.beginWhole(anAnswer().response, 1), { status: 429, code: 'too_many_requests' })
  exports.begin(anAnswer().response, 1)
  assert.throws(() => exports.begin(anAnswer().response, 1), { status: 429, code: 'too_many_exports' })
  exports.beginWhole(anAnswer().response, 2)
  first.over()
  exports.begin(anAnswer().response, 1)
  const free = createExports({ isLimited: false, inAllMax: 5 })
  for (let i = 0; i < 5; i++) free.beginWhole(anAnswer().response, 1)
  assert.throws(() => free.begin(anAnswer().response), { status: 503, code: 'too_many_exports' })
})
