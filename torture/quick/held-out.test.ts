import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VARIETIES } from '#harness/attacks/slow-clients.varieties.ts'
import { besiegeDoor, CONTROL, DOORS, isServed } from '../security/held-out.ts'

/** The long form, all kinds and proxies too, is `npm run torture -- slow-clients`. */

const TEST_MAX_MS = 180_000
/** The long form holds every answer to 2.5 s; here other tests run at the same time. */
const ANSWER_MAX_MS = 8_000
const [direct] = DOORS

test('260 slow, deaf or guessing connections of a kind hold nobody out', {
  timeout: TEST_MAX_MS,
}, async () => {
  const lines: string[] = []
  assert.ok(direct)
  const held = await besiegeDoor(direct, { quick: true, log: (line) => lines.push(line) })
  assert.ok(held.length >= 7)
  assert.deepEqual(
    held.filter((each) => !isServed(each, ANSWER_MAX_MS)).map(({ at, variety }) => `${at}: ${variety}`),
    [],
    lines.join('\n'),
  )
})

test('a server that counts from the head of a request on would be caught', {
  timeout: TEST_MAX_MS,
}, async () => {
  const held = await besiegeDoor(CONTROL, { quick: true, log: () => {} }, VARIETIES.slice(0, 1))
  assert.equal(held.length, 1)
  assert.ok(held.every((each) => !isServed(each, ANSWER_MAX_MS)))
})
