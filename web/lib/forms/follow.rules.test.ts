import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedFields, followed } from './follow.rules.ts'

const BEFORE = { title: 'Yoga', place: 'The Attic', seats: 12 as number | string, days: ['mon'] }

test('fields that were not touched follow, what was typed stays', () => {
  const now = { ...BEFORE, place: 'The Garden', seats: 9, days: ['tue'] }
  assert.deepEqual(followed({ ...BEFORE, title: 'Slow yoga', seats: '' }, BEFORE, now), {
    title: 'Slow yoga',
    place: 'The Garden',
    seats: '',
    days: ['tue'],
  })
})

test('what was typed stays too when the other has written the same or something else', () => {
  const typed = { ...BEFORE, title: 'Slow yoga' }
  assert.equal(followed(typed, BEFORE, { ...BEFORE, title: 'Fast yoga' }).title, 'Slow yoga')
  assert.equal(followed(typed, BEFORE, { ...BEFORE, title: 'Slow yoga' }).title, 'Slow yoga')
})

test('only what differs counts as changed', () => {
  assert.deepEqual(changedFields({ ...BEFORE, days: ['mon'] }, BEFORE), {})
  assert.deepEqual(changedFields({ ...BEFORE, days: ['mon', 'fri'] }, BEFORE), { days: ['mon', 'fri'] })
})
