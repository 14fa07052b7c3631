import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFiltered, readUserSearch, usersQueryOf } from './user-search.ts'
import { givenUpInWords, offersFor } from './users.rules.ts'

const actionsFor = (...given: Parameters<typeof offersFor>) => offersFor(...given).map(({ action }) => action)
const refusalsFor = (...given: Parameters<typeof offersFor>) =>
  offersFor(...given)
    .filter(({ refusal }) => refusal !== undefined)
    .map(({ action }) => action)

test('what can be done depends on what the account is', () => {
  assert.deepEqual(actionsFor({ id: 2, is_active: true, is_admin: false }, 1, 1), [
    'cancel',
    'promote',
    'close',
  ])
  assert.deepEqual(actionsFor({ id: 2, is_active: true, is_admin: true }, 1, 2), [
    'cancel',
    'demote',
    'close',
  ])
  assert.deepEqual(actionsFor({ id: 2, is_active: false, is_admin: false }, 1, 1), ['reopen'])
})

test('nobody locks themselves out, and the reason is said', () => {
  const own = { id: 1, is_active: true, is_admin: true }
  assert.deepEqual(refusalsFor(own, 1, 2), ['demote', 'close'])
  assert.match(String(offersFor(own, 1, 2).at(-1)?.refusal), /another admin/)
  assert.match(String(offersFor(own, 1, 1).at(-1)?.refusal), /only admin/)
  assert.deepEqual(refusalsFor({ ...own, id: 2 }, 1, 2), [])
})

test('what was given up is said in words', () => {
  assert.equal(givenUpInWords(0, 0), 'There was nothing to cancel.')
  assert.equal(givenUpInWords(1, 0), '1 booking is cancelled.')
  assert.equal(givenUpInWords(3, 1), '3 bookings are cancelled, and 1 place in a waiting list is given up.')
  assert.equal(givenUpInWords(0, 2), '2 places in waiting lists are given up.')
})

test('only what is set is asked for, and only what can be understood', () => {
  const nothing = { q: undefined, status: undefined, role: undefined, page: undefined }
  assert.deepEqual(readUserSearch({ q: [], status: 'gone', role: 'owner', page: 1e99 }), nothing)
  assert.equal(usersQueryOf(nothing), 'page=1&per_page=25')
  const search = readUserSearch({ q: ' ann ', status: 'closed', role: 'admin', page: 2 })
  assert.equal(usersQueryOf(search), 'search=ann&status=closed&role=admin&page=2&per_page=25')
  assert.deepEqual([isFiltered(nothing), isFiltered(search), isFiltered({ page: 2 })], [false, true, false])
})
