import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isShortSearch } from './text-search.ts'

test('a search is short unless it has three letters or digits in a row', () => {
  for (const text of ['', 'a', 'ab', 'ö', 'a b', '- a', '!!!', '%%%', 'a-b-c', 'x_y', '😀😀😀', '日本'])
    assert.equal(isShortSearch(text), true, text)
  for (const text of ['yoga', 'tai chi', '100', 'a bcd', 'Zoë', '日本語'])
    assert.equal(isShortSearch(text), false, text)
})
