import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherAmong } from './gather.ts'

test('one of several processes gathers longer, within what people can bear', () => {
  assert.deepEqual(gatherAmong(1), { ms: 40, enough: 24 })
  assert.deepEqual(gatherAmong(2), { ms: 60, enough: 24 })
  assert.deepEqual(gatherAmong(16), { ms: 60, enough: 24 })
})
