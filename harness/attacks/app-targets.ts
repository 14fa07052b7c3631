import { hashPassword } from '#booking/identity/login/passwords.ts'
import { TEST_CRM_TOKEN } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { inject } from '#harness/apps/test-request.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import type { App } from '#shared/http/app.ts'
import { FUZZ_USER } from './arbitrary-request.ts'
import type { Target } from './fuzz.ts'

/** Both services with a little of everything in them. */
export async function startTargets() {
  const { booking, crm, close } = await startTestPair()
  await Promise.all([booking.app.ready(), crm.app.ready()])
  const user = await aUser(booking.deps, { is_admin: true })
  const { body } = await booking.request('POST', '/api/auth/register', { body: FUZZ_USER })
  await aFacilitator(booking.deps, { user_id: body.user.id })
  for (let i = 0; i < 5; i++) await anEvent(booking.deps)
  for (let i = 0; i < 2; i++) await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  for (let i = 0; i < 5; i++)
    await crm.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body: aNotification() })
  const password_hash = await hashPassword(FUZZ_USER.password)
  const newcomer = async () => (await aUser(booking.deps, { password_hash })).token
  return {
    booking: {
      ...targetOf('booking', booking.app, await booking.deps.identity.sessions.issue('access', user)),
      newcomer,
    },
    crm: targetOf('crm', crm.app, TEST_CRM_TOKEN),
    close,
  }
}

export function targetOf(name: string, app: App, token: string): Target {
  return {
    name,
    openapi: app.swagger(),
    token,
    async send({ method, url, headers, payload }) {
      const sent = { method: method as 'GET', url, headers, ...(payload !== undefined && { payload }) }
      const { statusCode, headers: answered, body } = await inject(app, sent)
      return { status: statusCode, contentType: String(answered['content-type'] ?? ''), text: body }
    },
  }
}
