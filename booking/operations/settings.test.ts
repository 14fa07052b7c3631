import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestBooking } from '#harness/apps/test-booking.ts'

test('anybody may read what is set, and nothing that is secret', async () => {
  const plain = await startTestBooking()
  assert.deepEqual((await plain.request('GET', '/api/settings')).body, {
    google_client_id: null,
    currency: 'EUR',
    studio_timezone: null,
    sends_mail: true,
  })
  await plain.close()
  const configured = await startTestBooking({
    env: {
      GOOGLE_CLIENT_ID: 'id.apps.example',
      CURRENCY: 'CHF',
      STUDIO_TIMEZONE: 'europe/zurich',
      MAIL: 'off',
    },
  })
  assert.deepEqual((await configured.request('GET', '/api/settings')).body, {
    google_client_id: 'id.apps.example',
    currency: 'CHF',
    studio_timezone: 'Europe/Zurich',
    sends_mail: false,
  })
  await configured.close()
})
