import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent } from '#harness/data/factories.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

test('the programme lists upcoming events without an account, and without the online link', async () => {
  const ids: number[] = []
  for (let i = 0; i < 8; i++)
    ids.push(await anEvent(booking.deps, { virtual_link: 'https://meet.example.com/secret' }))
  await anEvent(booking.deps, { status: 'CANCELLED' })
  const { status, body } = await booking.request('GET', '/api/programme')
  assert.equal(status, 200)
  assert.deepEqual(
    body.events.map(({ id }: { id: number }) => id),
    ids.slice(0, 6),
  )
  assert.equal(body.events[0].facilitator.name, 'Jane Smith')
  assert.equal(JSON.stringify(body).includes('meet.example.com'), false)
  assert.equal('virtual_link' in body.events[0], false)
})
