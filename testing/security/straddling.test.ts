import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { straddle } from '#harness/attacks/straddling.ts'

/** With real processes: `npm run torture -- straddle`. */

const PASSWORD = 'the-only-password'
let passwordHash: string

before(async () => {
  passwordHash = await hashPassword(PASSWORD)
})

test('no request comes through whose account or session ended between its head and its body', async (t) => {
  const booking = await startTestBooking()
  const { requests, came_through } = await straddle(booking, passwordHash, PASSWORD)
  t.diagnostic(`${requests} requests`)
  assert.deepEqual(came_through, [])
  assert.ok(requests >= 100)
  await booking.close()
})

test('an API that admits people at the head only would be caught', async () => {
  const booking = await startTestBooking()
  const { deps } = booking
  const asKnownAtTheHead = new Map<string, Awaited<ReturnType<typeof deps.identity.sessions.findNow>>>()
  const { find, recall } = deps.identity.sessions
  deps.identity.sessions.recall = (token) => {
    const admission = recall(token)
    if (admission) asKnownAtTheHead.set(admission.session.id, admission.caller)
    return admission
  }
  deps.identity.sessions.find = async (token) => {
    const admission = await find(token)
    if (admission) asKnownAtTheHead.set(admission.session.id, admission.caller)
    return admission
  }
  deps.identity.sessions.findNow = async ({ id }) => asKnownAtTheHead.get(id)
  const {
    queues: { seats },
  } = deps
  deps.queues.seats = {
    ...seats,
    // As if the statement did not ask which session it is in the name of.
    async request(wish) {
      const user = await userStore.findById(deps.db, wish.user_id)
      const session_version = user?.session_version ?? 0
      return seats.request({ ...wish, session_version, session_id: randomUUID() })
    },
  }
  const { came_through } = await straddle(booking, passwordHash, PASSWORD)
  assert.ok(came_through.length >= 30, came_through.join('\n'))
  for (const name of [
    'PUT /api/bookings/{id}/cancel after all sessions are logged out: 200, and changed something',
    'POST /api/bookings/ after all sessions are logged out: 201, and changed something',
    'POST /api/events/ after the admin is demoted: 201, and changed something',
  ])
    assert.ok(came_through.includes(name), `${name} is not among\n${came_through.join('\n')}`)
  await booking.close()
})
