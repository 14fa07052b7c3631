import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalsOf, readAmount } from './money.rules.ts'

const read = (currency: string, ...texts: string[]) =>
  texts.map((text) => readAmount(text, decimalsOf(currency)))

test('typed thousands are not decimals', () => {
  assert.deepEqual(
    read('EUR', '1,250', '1.250', '1 250', '1’250', '1,250,000'),
    [1250, 1250, 1250, 1250, 1_250_000],
  )
  assert.deepEqual(
    read('EUR', '12,50', '12.5', '1.250,50', '1,250.50', '.5', ''),
    [12.5, 12.5, 1250.5, 1250.5, 0.5, 0],
  )
})

test('decimals are those of the currency', () => {
  assert.deepEqual(read('JPY', '1500', '1,500', '1500.50'), [1500, 1500, Number.NaN])
  assert.deepEqual(read('KWD', '1.250', '1,250', '0,250', '1.2555'), [1.25, 1250, 0.25, Number.NaN])
  assert.deepEqual(read('EUR', '0.125', '12.345,678', 'free', '-3', '1,2,3'), [NaN, NaN, NaN, NaN, 123])
})
