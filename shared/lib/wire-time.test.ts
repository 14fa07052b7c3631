import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseWireTime, toWireTime } from './wire-time.ts'

test('times are written as naive UTC', () => {
  assert.equal(toWireTime(new Date('2024-01-15T07:00:00.999Z')), '2024-01-15T07:00:00')
})

test('naive times are UTC, and offsets are converted', () => {
  const cases = {
    '2024-01-15T07:00:00': '2024-01-15T07:00:00',
    '2024-01-15T07:00': '2024-01-15T07:00:00',
    '2024-01-15T07:00:00Z': '2024-01-15T07:00:00',
    '2024-01-15t07:00:00.123456z': '2024-01-15T07:00:00',
    '2024-01-15T07:00:00+02:00': '2024-01-15T05:00:00',
    '2024-01-15T23:30:00-01:30': '2024-01-16T01:00:00',
    '2024-02-29T00:00:00': '2024-02-29T00:00:00',
  }
  for (const [text, expected] of Object.entries(cases)) {
    const at = parseWireTime(text)
    assert.equal(at && toWireTime(at), expected, text)
  }
})

test('what is no time, or no real day, is undefined', () => {
  const cases = ['', 'now', '2024-01-15', '2023-02-29T00:00:00', '2024-13-01T00:00:00', '2024-01-15T24:00:01']
  for (const text of [...cases, '2024-01-15T07:00:60', '0000-00-00T00:00:00', '9999-01-01T00:00:00', '1e3']) {
    assert.equal(parseWireTime(text), undefined, text)
  }
})
