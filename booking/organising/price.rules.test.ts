import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalsOf, readPrice } from './price.rules.ts'

test('a price has the decimals of its currency', () => {
  assert.deepEqual(['EUR', 'JPY', 'KWD', 'XYZ'].map(decimalsOf), [2, 0, 3, 2])
  assert.deepEqual(readPrice(1_500.5, 'JPY'), { fault: 'must be a whole number: JPY has no decimals' })
  assert.deepEqual(readPrice(1_500, 'JPY'), { value: 1_500 })
  assert.deepEqual(readPrice(1.25, 'KWD'), { value: 1.25 })
  assert.deepEqual(readPrice(1.255, 'KWD'), { value: 1.255 })
  assert.deepEqual(readPrice(1.2555, 'KWD'), { fault: 'must have at most three decimals' })
  assert.deepEqual(readPrice(1.255, 'EUR'), { fault: 'must have at most two decimals' })
})
