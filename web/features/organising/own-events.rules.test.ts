import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageFromTheEnd, readOwnEventsSearch, toOwnQuery } from './own-events.rules.ts'

test('only what can be understood is read from the address', () => {
  const nothing = { when: undefined, q: undefined, page: undefined, write: undefined, event: undefined }
  const read = (search: object) => readOwnEventsSearch({ ...search })
  const given = { when: 'past', q: 108, page: 2, write: 'new', event: 3 }
  assert.deepEqual(read(given), { ...nothing, when: 'past', q: '108', page: 2, write: 'new' })
  assert.deepEqual(read({ when: 'later', q: '', page: 1, write: 'edit', event: 'x' }), nothing)
  assert.deepEqual(read({ write: 'copy', event: 4 }), { ...nothing, write: 'copy', event: 4 })
  assert.deepEqual(read({ event: 4 }), nothing)
})

test('upcoming, past and cancelled events are told apart by the API, whose clock counts', () => {
  assert.equal(
    toOwnQuery({ facilitator_id: 3, q: ' sit ', page: 2 }),
    'facilitator_id=3&status=active&search=sit&page=2&per_page=20',
  )
  const statusOf = (when: 'past' | 'cancelled') =>
    new URLSearchParams(toOwnQuery({ facilitator_id: 3, when, page: 1 })).get('status')
  assert.deepEqual([statusOf('past'), statusOf('cancelled')], ['completed', 'cancelled'])
})

test('what is over is read from its end', () => {
  assert.deepEqual([pageFromTheEnd(1, 5), pageFromTheEnd(5, 5), pageFromTheEnd(1, 0)], [5, 1, 1])
})
