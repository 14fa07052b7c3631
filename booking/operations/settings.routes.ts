import type { BookingConfig } from '#booking/config.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { Settings } from './settings.schema.ts'

type SettingsRouteDeps = {
  config: Pick<BookingConfig, 'currency' | 'googleClientId' | 'studioTimezone'>
  mail: { isOn: boolean }
}

export function settingsRoutes(app: App, { config, mail }: SettingsRouteDeps): void {
  app.get(
    '/api/settings',
    {
      schema: {
        tags: ['Operations'],
        summary: 'Get Settings',
        description: 'What a client has to know before anybody logs in.',
        response: { 200: Settings, ...errorResponses() },
      },
    },
    async (_request, reply) => {
      // The same for everybody, so caches may keep it, but must revalidate.
      reply.header('cache-control', 'no-cache')
      return {
        google_client_id: config.googleClientId ?? null,
        currency: config.currency,
        studio_timezone: config.studioTimezone ?? null,
        sends_mail: mail.isOn,
      }
    },
  )
}
