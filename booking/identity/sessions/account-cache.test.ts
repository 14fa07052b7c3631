import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'
import { createKnownAccounts } from './account-cache.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function knowSomebody() {
  const { db, clock } = booking.deps
  const accounts = createKnownAccounts(db, clock, { hits: 0, misses: 0 })
  const { id } = await aUser(booking.deps)
  await accounts.read(id)
  const close = () => db.updateTable('users').set({ is_active: false }).where('id', '=', id).execute()
  const isActive = () => accounts.recall(id)?.account?.is_active
  return { accounts, id, close, isActive }
}

test('nobody is known for longer than a second', async () => {
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
