import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FacilitatorBooking, Notification } from '#web/lib/api/contract.ts'
import { type Board, boardAfter, knownAfter, sizeOf, stageOfKey } from './board.rules.ts'

const card = (booking_id: number) => ({ booking_id, crm_status: 'new' }) as FacilitatorBooking
const empty = { cards: [], total: 0 }
const board: Board = {
  new: { cards: [card(1), card(2)], total: 60 },
  reviewed: { cards: [{ ...card(3), crm_status: 'reviewed' }], total: 1 },
  contacted: empty,
  confirmed: empty,
  completed: empty,
}

test('a moved card is at the top of the other column, and both totals change', () => {
  const after = boardAfter(board, 2, 'reviewed')
  assert.deepEqual(
    after.reviewed.cards.map(({ booking_id, crm_status }) => [booking_id, crm_status]),
    [
      [2, 'reviewed'],
      [3, 'reviewed'],
    ],
  )
  assert.deepEqual([after.new.cards.length, after.new.total, after.reviewed.total], [1, 59, 2])
  assert.equal(sizeOf(after), sizeOf(board))
  assert.equal(board.new.total, 60, 'what was known before stays as it is, to go back to')
})

test('a move to the same stage, or of an unknown booking, changes nothing', () => {
  assert.equal(boardAfter(board, 1, 'new'), board)
  assert.equal(boardAfter(board, 9, 'reviewed'), board)
})

test('a move is seen on the board and in the contact, and nowhere else', () => {
  const move = { booking_id: 1, to: 'reviewed' } as const
  const contact = { booking: { booking_id: 1, crm_status: 'new' } as Notification }
  assert.deepEqual(knownAfter(board, move), boardAfter(board, 1, 'reviewed'))
  assert.deepEqual(knownAfter(contact, move), { booking: { booking_id: 1, crm_status: 'reviewed' } })
  for (const other of [
    { booking: { booking_id: 2, crm_status: 'new' } as Notification },
    { history: [] },
    null,
  ])
    assert.equal(knownAfter(other, move), other)
})

test('the keys 1 to 5 are the five stages', () => {
  assert.deepEqual(['1', '5', '0', '6', 'n', '11'].map(stageOfKey), [
    'new',
    'completed',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
