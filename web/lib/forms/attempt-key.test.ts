import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAttemptKeys } from './attempt-key.ts'

function countingKeys() {
  let count = 0
  return createAttemptKeys(undefined, () => `key-${++count}`)
}

test('asking again for the same has the same key until there was an answer', () => {
  const keys = countingKeys()
  assert.deepEqual([keys.keyFor('a note'), keys.keyFor('a note')], ['key-1', 'key-1'])
  keys.settle()
  assert.equal(keys.keyFor('a note'), 'key-2')
})

test('another note is another request', () => {
  const keys = countingKeys()
  assert.deepEqual([keys.keyFor('a note'), keys.keyFor('another')], ['key-1', 'key-2'])
})

test('keys are of the form that the API takes, and never twice the same', () => {
  const keys = new Set(Array.from({ length: 100 }, () => createAttemptKeys().keyFor('')))
  assert.equal(keys.size, 100)
  for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/)
})

test('an attempt goes on after a reload, which finds what was kept', () => {
  let kept: { what: string; key: string } | undefined
  const place = {
    read: () => kept,
    write: (attempt: typeof kept) => {
      kept = attempt
    },
  }
  const key = createAttemptKeys(place).keyFor('note')
  const reloaded = createAttemptKeys(place)
  assert.deepEqual([reloaded.isOpen(), reloaded.keyFor('note')], [true, key])
  reloaded.settle()
  assert.deepEqual([kept, createAttemptKeys(place).isOpen()], [undefined, false])
})
