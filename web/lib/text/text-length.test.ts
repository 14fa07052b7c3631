import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lengthFault, lengthOf, roomInWords } from './text-length.ts'

test('characters are counted as the API counts them', () => {
  assert.equal(lengthOf('🧘'.repeat(1_500)), 1_500)
  assert.equal(lengthOf('  Zoë\n'), 3)
})

test('the room that is left is said near the end, and what is too much afterwards', () => {
  const say = (length: number) => {
    const text = '🧘'.repeat(length)
    return roomInWords(text, 500) ?? lengthFault(text, 500)
  }
  assert.deepEqual([449, 450, 499, 500, 501, 520].map(say), [
    undefined,
    '50 characters left',
    '1 character left',
    '0 characters left',
    'Too long by 1 character.',
    'Too long by 20 characters.',
  ])
})
