import { createCrmClient } from '#booking/crm-link/outbox/crm-client.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { startTestBooking } from './test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN } from './test-crm.ts'

/** Both services, each on a database of its own, speaking HTTP to each other as they do in the product. */
export async function startTestPair() {
  const crm = await startTestCrm()
  const url = await crm.app.listen({ host: '127.0.0.1', port: await freePort() })
  const booking = await startTestBooking({
    env: { CRM_SERVICE_URL: url, CRM_BEARER_TOKEN: TEST_CRM_TOKEN },
    deps: { crmClient: createCrmClient(url, TEST_CRM_TOKEN) },
  })
  return {
    booking,
    crm,
    async close() {
      await booking.close()
      await crm.close()
    },
  }
}
