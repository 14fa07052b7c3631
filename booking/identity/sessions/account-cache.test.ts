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

test('while the database is unavailable, an entry of the last half minute is used and says so', async () => {
  const { clock, db } = booking.deps
  let isAway = false
  const away = Object.assign(new Error('the database system is starting up'), { code: '57P03' })
  const failing = new Proxy(db, {
    get: (target, name) => {
      if (isAway) throw away
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const accounts = createAccountCache(failing, clock, { hits: 0, misses: 0 })
  const { id } = await aUser(booking.deps)
  assert.equal((await accounts.load(id)).isStale, false)
  isAway = true
  booking.clock.advance(2)
  assert.equal((await accounts.load(id)).isStale, true)
  assert.equal(accounts.getFresh(id)?.isStale, true, 'for a second nobody else waits for the database')
  isAway = false
  booking.clock.advance(2)
  assert.equal((await accounts.load(id)).isStale, false)
})
