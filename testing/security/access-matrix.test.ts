import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examineAccess } from '#harness/attacks/access-matrix.ts'

test('everybody may do what is written, with every kind of id, and nothing else', async (t) => {
  const { cells, faults } = await examineAccess()
  t.diagnostic(`${cells} cells`)
  assert.deepEqual(faults, [])
  assert.ok(cells >= 900)
})

test('somebody who gets in with the rights of another is noticed', async () => {
  const { faults } = await examineAccess({
    method: 'GET',
    tokens(tokens) {
      tokens.Bob = tokens.Ann
      tokens.nobody = tokens.admin
    },
  })
  for (const fault of [
    "Bob at GET /api/bookings/{id} Ann's: 200 instead of 404",
    'Bob at GET /api/bookings/ - reads what belongs to Ann',
    'nobody at GET /api/reconcile -: 200 instead of 401',
  ]) {
    assert.ok(faults.includes(fault), fault)
  }
})
