import { type AreaChecks, contract } from '../check.ts'
import { crmHealthAnswer } from '../contract/crm-models.ts'
import { expectBody, expectThat, expectValues } from '../expect.ts'
import { newNotification, notify } from '../world/notifications.ts'

const published = [
  '/health',
  '/api/notify',
  '/api/bookings',
  '/api/facilitators/{id}/bookings',
  '/api/facilitators/{id}/dashboard',
  '/api/bookings/{id}',
  '/api/bookings/{id}/status',
]

export const crmHealth: AreaChecks = {
  'GET /health': [
    contract('is healthy and returns its statistics, without a token', async ({ crm }) => {
      expectBody(await crm.get('/health'), 200, crmHealthAnswer)
    }),
    contract('lists the published endpoints', async ({ crm }) => {
      const answer = await crm.get('/health')
      const { endpoints } = expectBody(answer, 200, crmHealthAnswer)
      const missing = published.filter((path) => !endpoints.includes(path))
      expectValues(answer, { missing }, { missing: [] })
    }),
    contract('counts a new notification, its facilitator and its event', async (world) => {
      const before = expectBody(await world.crm.get('/health'), 200, crmHealthAnswer)
      await notify(world, newNotification())
      const answer = await world.crm.get('/health')
      const after = expectBody(answer, 200, crmHealthAnswer)
      for (const name of ['notifications_received', 'unique_facilitators', 'unique_events'] as const) {
        expectThat(answer, after[name] > before[name], `${name} above ${before[name]}`, `${after[name]}`)
      }
    }),
  ],
}
