import { type AreaChecks, contract } from '../check.ts'
import { mainHealthAnswer } from '../contract/models.ts'
import { expectBody } from '../expect.ts'

export const mainHealth: AreaChecks = {
  'GET /health': [
    contract('is healthy and connected to its database, without a token', async ({ main }) => {
      expectBody(await main.get('/health'), 200, mainHealthAnswer)
    }),
  ],
}
