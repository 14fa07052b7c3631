import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'
import { createAccountCache } from './account-cache.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function cacheAccount() {
  const { db, clock } = booking.deps
  const accounts = createAccountCache(db, clock, { hits: 0, misses: 0 })
  const { id } = await aUser(booking.deps)
  await accounts.load(id)
  const close = () => db.updateTable('users').set({ is_active: false }).where('id', '=', id).execute()
  const isActive = () => accounts.getFresh(id)?.account?.is_active
  return { accounts, id, close, isActive }
}

test('an entry is fresh for one second', async () => {
  const { isActive, close } = await cacheAccount()
  await close()
  booking.clock.advance(1)
  assert.equal(isActive(), undefined)
})

test('a read that was running when the account changed is not cached', async () => {
  const { accounts, id, isActive } = await cacheAccount()
  const reading = accounts.load(id)
  accounts.invalidate(id)
  await reading
  assert.equal(isActive(), undefined)
})
