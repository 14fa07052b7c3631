import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastSearch, rememberSearch } from './last-search.ts'

test('each list has its own last search, also where nothing can be stored', () => {
  assert.deepEqual(lastSearch('/events'), {})
  rememberSearch('/events', { type: 'retreat', page: 2 })
  rememberSearch('/manage/events', { when: 'past' })
  assert.deepEqual(lastSearch('/events'), { type: 'retreat', page: 2 })
  rememberSearch('/events', {})
  assert.deepEqual([lastSearch('/events'), lastSearch('/manage/events')], [{}, { when: 'past' }])
})

test('what is stored in another form is nothing', () => {
  const storage = { getItem: () => 'null', setItem() {} }
  Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true })
  assert.deepEqual(lastSearch('/elsewhere'), {})
})
