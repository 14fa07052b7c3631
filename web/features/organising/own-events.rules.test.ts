import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageFromTheEnd, readOwnEventsSearch, toOwnQuery } from './own-events.rules.ts'

const today = new Date('2026-11-25T00:00:00Z')

test('only what can be understood is read from the address', () => {
  const nothing = { when: undefined, q: undefined, page: undefined, write: undefined, event: undefined }
  const read = (search: object) => readOwnEventsSearch({ ...search })
  const given = { when: 'past', q: 108, page: 2, write: 'new', event: 3 }
  assert.deepEqual(read(given), { ...nothing, when: 'past', q: '108', page: 2, write: 'new' })
  assert.deepEqual(read({ when: 'later', q: '', page: 1, write: 'edit', event: 'x' }), nothing)
  assert.deepEqual(read({ write: 'copy', event: 4 }), { ...nothing, write: 'copy', event: 4 })
  assert.deepEqual(read({ event: 4 }), nothing)
})

test('to come is everything from today on, whatever became of it', () => {
  assert.equal(
    toOwnQuery({ facilitator_id: 3, q: ' sit ', page: 2 }, today),
    'facilitator_id=3&status=all&from=2026-11-25T00%3A00%3A00&search=sit&page=2&per_page=20',
  )
  assert.match(toOwnQuery({ facilitator_id: 3, when: 'past', page: 1 }, today), /status=completed&to=2026/)
  assert.doesNotMatch(toOwnQuery({ facilitator_id: 3, when: 'cancelled', page: 1 }, today), /from|to=/)
})

test('what is over is read from its end', () => {
  assert.deepEqual([pageFromTheEnd(1, 5), pageFromTheEnd(5, 5), pageFromTheEnd(1, 0)], [5, 1, 1])
})
