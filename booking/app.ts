import type { App } from '#shared/http/app.ts'
import { addFastLane, type LaneOptions } from '#shared/http/fast-lane/fast-lane.ts'
import { serveMetrics } from '#shared/http/observability/metrics.ts'
import { serveOpenApi } from '#shared/http/openapi.ts'
import { createServer } from '#shared/http/server.ts'
import { accountRoutes } from './account/account.routes.ts'
import { emailConfirmationRoutes } from './account/recovery/email-confirmation.routes.ts'
import { passwordResetRoutes } from './account/recovery/password-reset.routes.ts'
import { userAdminRoutes } from './admin/admin.routes.ts'
import { auditLogRoutes } from './admin/audit-log.routes.ts'
import { bookingRoutes } from './bookings/booking.routes.ts'
import { calendarFeedRoute, calendarRoutes } from './calendars/calendar.routes.ts'
import { deliveryRoutes } from './crm-link/outbox/delivery.routes.ts'
import { reconciliationRoutes } from './crm-link/reconciliation/reconciliation.routes.ts'
import { crmAccessRoutes } from './crm-link/studio/crm-access.routes.ts'
import type { Deps } from './deps.ts'
import { eventRoutes } from './events/event.routes.ts'
import { facilitatorLoginRoute, facilitatorRoutes } from './facilitators/facilitator.routes.ts'
import { authRoutes } from './identity/login/auth.routes.ts'
import { requireLogin } from './identity/sessions/authenticate.ts'
import { ownSessionRoutes } from './identity/sessions/own-session.routes.ts'
import { liveRoutes } from './live/live.routes.ts'
import { devMailRoutes } from './mail/dev-mail.routes.ts'
import { eventMessageRoutes } from './mail/event-message.routes.ts'
import { mailRoutes } from './mail/mail.routes.ts'
import { unsubscribeRoutes } from './mail/preferences/unsubscribe.routes.ts'
import { noticeRoutes } from './notices/notice.routes.ts'
import { healthRoutes } from './operations/health.routes.ts'
import { settingsRoutes } from './operations/settings.routes.ts'
import { eventOrganisingRoutes } from './organising/event-organising.routes.ts'
import { programmeRoutes } from './programme/programme.routes.ts'
import { rosterRoutes } from './roster/roster.routes.ts'
import { waitlistRoutes } from './waitlist/waitlist.routes.ts'
import { discoveryRoutes } from './web-app/discovery/discovery.routes.ts'
import { embedRoutes } from './web-app/embedding/embed.routes.ts'
import { pictureRoutes } from './web-app/pictures/picture.routes.ts'
import { openWebApp, webAppRoutes } from './web-app/web-app.routes.ts'

const API = {
  title: 'Stillpoint Main API',
  version: '1.0.0',
  description: 'Booking of wellness sessions and retreats. Times are naive UTC, `YYYY-MM-DDTHH:MM:SS`.',
}

/** The Main API, the same for the server and for tests. Not listening yet. */
export async function buildApp(deps: Deps, lane: Partial<LaneOptions> = {}): Promise<App> {
  const { registry } = deps.metrics
  const webApp = await openWebApp(deps)
  const app = await createServer({ ...deps.config, log: deps.log, registry, sendPage: webApp?.sendPage })
  if (deps.config.fastLane)
    addFastLane(app, { recognises: (token) => deps.identity.sessions.recall(token) !== undefined, ...lane })
  await serveOpenApi(app, API)
  await app.register(async (open: App) => {
    healthRoutes(open, deps)
    serveMetrics(open, registry, deps.config.metricsToken)
    authRoutes(open, deps)
    facilitatorLoginRoute(open, deps)
    passwordResetRoutes(open, deps)
    calendarFeedRoute(open, deps)
    settingsRoutes(open, deps)
    programmeRoutes(open, deps)
    if (deps.mail.isKept) devMailRoutes(open, deps)
    pictureRoutes(open, deps)
    discoveryRoutes(open, deps)
    embedRoutes(open, deps)
    if (webApp) webAppRoutes(open, deps, webApp)
  })
  await app.register(async (forms: App) => unsubscribeRoutes(forms, deps))
  await app.register(async (secured: App) => {
    requireLogin(secured, deps)
    accountRoutes(secured, deps)
    emailConfirmationRoutes(secured, deps)
    ownSessionRoutes(secured, deps)
    eventRoutes(secured, deps)
    eventOrganisingRoutes(secured, deps)
    liveRoutes(secured, deps)
    bookingRoutes(secured, deps)
    calendarRoutes(secured, deps)
    waitlistRoutes(secured, deps)
    noticeRoutes(secured, deps)
    rosterRoutes(secured, deps)
    facilitatorRoutes(secured, deps)
    crmAccessRoutes(secured, deps)
    deliveryRoutes(secured, deps)
    reconciliationRoutes(secured, deps)
    auditLogRoutes(secured, deps)
    eventMessageRoutes(secured, deps)
    mailRoutes(secured, deps)
    userAdminRoutes(secured, deps)
  })
  return app
}
