import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  oneOf,
  readDay,
  readId,
  readMonth,
  readNumber,
  readPage,
  readText,
  searchReader,
} from './search-params.ts'

/** What the router makes of an address that somebody has spoilt. */
const SPOILT: unknown[] = [
  undefined,
  null,
  true,
  -1,
  0,
  1.5,
  1e99,
  Number.NaN,
  '',
  [],
  ['1'],
  {},
  { toString: 1 },
  '\0',
]

test('every key is set, so that no raw parameter comes through', () => {
  const read = searchReader<{ page?: number; q?: string }>({ page: readPage, q: readText })
  const raw = { page: 'abc', q: [], other: 1 }
  assert.deepEqual({ ...raw, ...read(raw) }, { page: undefined, q: undefined, other: 1 })
  assert.deepEqual(read({ page: 2, q: 'sea' }), { page: 2, q: 'sea' })
})

test('numbers and pages are those that the API takes', () => {
  assert.deepEqual(
    [readNumber(1), readNumber(2_147_483_647), readNumber(2_147_483_648)],
    [1, 2_147_483_647, undefined],
  )
  assert.deepEqual([readPage(1), readPage(2)], [undefined, 2])
  for (const value of [...SPOILT, '7']) assert.equal(readNumber(value), undefined)
})

test('an id in a path is written in digits, and nothing else', () => {
  assert.equal(readId('7'), 7)
  for (const text of [
    'abc',
    '0',
    '-1',
    '07',
    '1.5',
    '1e3',
    '99999999999',
    '9'.repeat(400),
    ' 7',
    '7\0',
    '٧',
    '',
  ])
    assert.equal(readId(text), undefined, text)
})

test('text is what can be searched for', () => {
  assert.deepEqual([readText('sea'), readText(108), readText(true)], ['sea', '108', 'true'])
  assert.equal(readText('a\0b\u0085c'), 'a b c')
  for (const value of [undefined, null, '', '  ', '\0', [], ['a'], {}])
    assert.equal(readText(value), undefined)
  assert.equal(readText('🧘'.repeat(300)), '🧘'.repeat(200))
})

test('days and months are those of the calendar', () => {
  assert.deepEqual([readDay('2028-02-29'), readMonth('2026-12')], ['2028-02-29', '2026-12'])
  for (const day of [
    ...SPOILT,
    '2026-13-40',
    '2026-02-29',
    '0001-01-01',
    '9999-12-31',
    '2026-1-1',
    '2026-01-01T00:00',
  ])
    assert.equal(readDay(day), undefined, String(JSON.stringify(day)))
  for (const month of [...SPOILT, '2026-13', '2026', '2026-12-01']) assert.equal(readMonth(month), undefined)
})

test('a word is one of those that are known', () => {
  const read = oneOf('past', 'cancelled')
  assert.equal(read('past'), 'past')
  for (const value of [...SPOILT, 'PAST', 'toString', '__proto__']) assert.equal(read(value), undefined)
})
