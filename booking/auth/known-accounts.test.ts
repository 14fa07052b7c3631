import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aUser } from '#testing/factories.ts'
import { waitUntil } from '#testing/stillpoint-process.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'
import { createKnownAccounts } from './known-accounts.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function knowSomebody() {
  const { db, clock } = booking.deps
  const tally = { hits: 0, misses: 0 }
  const accounts = createKnownAccounts(db, clock, tally)
  const { id } = await aUser(booking.deps)
  await accounts.read(id)
  const close = () => db.updateTable('users').set({ is_active: false }).where('id', '=', id).execute()
  const isActive = () => accounts.recall(id)?.account?.is_active
  return { accounts, id, tally, close, isActive }
}

test('who is still asked about is read again before anybody has to wait', async () => {
  const { tally, close, isActive } = await knowSomebody()
  await close()
  assert.equal(isActive(), true)
  booking.clock.advance(0.9)
  assert.equal(isActive(), true)
  await waitUntil(() => isActive() === false, 5_000)
  booking.clock.advance(0.7)
  assert.equal(isActive(), false)
  assert.equal(tally.misses, 1)
})

test('nobody is known for longer than a second without being asked about', async () => {
  const { isActive, close } = await knowSomebody()
  await close()
  booking.clock.advance(1)
  assert.equal(isActive(), undefined)
})

test('what was being read when the account changed is not kept', async () => {
  const { accounts, id, isActive } = await knowSomebody()
  const reading = accounts.read(id)
  accounts.forget(id)
  await reading
  assert.equal(isActive(), undefined)
})
