import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSamePlace } from './is-same-place.ts'

const same: [string | null, string | null][] = [
  [null, null],
  ['Garden room', 'Garden room'],
  ['Garden room', 'garden  Room'],
  ['Garden room', 'Garden\u00a0room'],
  ['Garden room', 'Garden\nroom\u200b'],
  ['Room 2', 'Ｒoom ２'],
  ['Café', 'Cafe\u0301'],
  ['Hall A', 'Hall\u3164A\u2800'],
  ['Straße 1', 'STRASSE 1'],
]
const different: [string | null, string | null][] = [
  [null, 'Garden room'],
  ['Garden room', null],
  ['Garden room', 'Gardenroom'],
  ['Room 2', 'Room 3'],
  ['Room 1 1', 'Room 11'],
  ['Café', 'Cafe'],
  ['Hauptstr. 1', 'Hauptstr. 11'],
]

for (const [one, other] of same) {
  test(`reads the same: ${JSON.stringify([one, other])}`, () => assert.ok(isSamePlace(one, other)))
}
for (const [one, other] of different) {
  test(`is another place: ${JSON.stringify([one, other])}`, () => assert.ok(!isSamePlace(one, other)))
}
