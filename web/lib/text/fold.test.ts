import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fold } from './fold.ts'

test('letters, accents and apostrophes are as people type them', () => {
  const names = ['Łukasz', 'Ødegård', 'Đặng', 'Müller', 'Strauß', 'O’Brien', 'Zoë', 'Þór', 'ISIK', 'Ｚｏｅ']
  assert.deepEqual(names.map(fold), [
    'lukasz',
    'odegard',
    'dang',
    'muller',
    'strauss',
    'obrien',
    'zoe',
    'thor',
    'isik',
    'zoe',
  ])
})
