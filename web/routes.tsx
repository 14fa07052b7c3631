import { createRootRoute, createRoute, redirect, retainSearchParams } from '@tanstack/react-router'
import { ownPlace } from './features/auth/next.rules.ts'
import { ownBookingQuery, upcomingBookingsQuery } from './features/bookings/booking.queries.ts'
import { eventListQuery, nextEventsQuery } from './features/events/event.queries.ts'
import { readEventSearch } from './features/events/search/event-search.ts'
import { facilitatorQuery } from './features/facilitators/facilitator.queries.ts'
import { readMailSearch } from './features/mail/mail-search.ts'
import { noticesQuery } from './features/notices/notice.queries.ts'
import { readOwnEventsSearch } from './features/organising/own-events.rules.ts'
import { readUserSearch } from './features/users/user-search.ts'
import * as session from './lib/api/session.ts'
import { lazyPage } from './lib/lazy-page.ts'
import { accountQuery } from './lib/queries/account.queries.ts'
import { eventQuery } from './lib/queries/event.queries.ts'
import { facilitatorsQuery } from './lib/queries/facilitators.queries.ts'
import { settingsQuery } from './lib/queries/settings.queries.ts'
import { waitlistQuery } from './lib/queries/waitlist.queries.ts'
import { queryClient } from './lib/query-client.ts'
import { readId, readNumber, readText, searchReader } from './lib/search-params.ts'
import { paths } from './paths.ts'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'

// Loaders start to read while the page's code is loaded, or when a link is hovered. They do not block: the page shows its own
// loading and error states.
const read = (...queries: { queryKey: readonly unknown[] }[]): void => {
  for (const query of queries) void queryClient.prefetchQuery(query)
}

/** `read` for an id in the address; does nothing if it is not valid. */
const readOne = (text: string, queriesOf: (id: number) => { queryKey: readonly unknown[] }[]): void => {
  const id = readId(text)
  if (id !== undefined) read(...queriesOf(id))
}

const readNext = searchReader<{ next?: string }>({ next: (text) => ownPlace(text, window.location.origin) })
/** The facilitator whose studio an admin is looking at. */
const readStudioSearch = searchReader<{ of?: number }>({ of: readNumber })
/** The search text, and the contact that is open. */
const readCrmSearch = searchReader<{ q?: string; contact?: number }>({ q: readText, contact: readNumber })

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: paths.home,
  loader() {
    read(nextEventsQuery, settingsQuery)
    if (session.get()) read(noticesQuery, upcomingBookingsQuery)
  },
  component: lazyPage(() => import('./pages/welcome/home-page.tsx'), 'HomePage'),
})

const login = createRoute({
  getParentRoute: () => root,
  path: paths.login,
  validateSearch: readNext,
  component: lazyPage(() => import('./pages/welcome/login-page.tsx'), 'LoginPage'),
})

const register = createRoute({
  getParentRoute: () => root,
  path: paths.register,
  validateSearch: readNext,
  component: lazyPage(() => import('./pages/welcome/register-page.tsx'), 'RegisterPage'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: paths.forgotPassword,
  loader: () => read(settingsQuery),
  component: lazyPage(() => import('./pages/welcome/forgot-password-page.tsx'), 'ForgotPasswordPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: paths.resetPassword,
  component: lazyPage(() => import('./pages/welcome/reset-password-page.tsx'), 'ResetPasswordPage'),
})

/** Asks for a login on the page: the link in the address is not lost by it. */
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: paths.verifyEmail,
  component: lazyPage(() => import('./pages/welcome/verify-email-page.tsx'), 'VerifyEmailPage'),
})

/** Redirects to the login, which leads back, unless the reader is logged in. */
const loggedIn = createRoute({
  getParentRoute: () => root,
  id: 'logged-in',
  beforeLoad({ location }) {
    if (!session.get()) throw redirect({ to: paths.login, search: { next: location.href } })
  },
})

const events = createRoute({
  getParentRoute: () => root,
  path: paths.events,
  validateSearch: readEventSearch,
  loaderDeps: ({ search }) => search,
  loader({ deps }) {
    read(settingsQuery)
    if (!deps.view) void queryClient.prefetchInfiniteQuery(eventListQuery(deps))
  },
  component: lazyPage(() => import('./pages/programme/events-page.tsx'), 'EventsPage'),
})

const event = createRoute({
  getParentRoute: () => root,
  path: paths.event,
  loader: ({ params }) =>
    readOne(params.id, (id) => [
      eventQuery(id),
      ...(session.get() ? [waitlistQuery(id), ownBookingQuery(id)] : []),
    ]),
  component: lazyPage(() => import('./pages/programme/event-page.tsx'), 'EventPage'),
})

const bookings = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.bookings,
  loader: () => read(noticesQuery, upcomingBookingsQuery),
  component: lazyPage(() => import('./pages/own/bookings-page.tsx'), 'BookingsPage'),
})

const facilitators = createRoute({
  getParentRoute: () => root,
  path: paths.facilitators,
  loader: () => read(facilitatorsQuery),
  component: lazyPage(() => import('./pages/programme/facilitators-page.tsx'), 'FacilitatorsPage'),
})

const facilitator = createRoute({
  getParentRoute: () => root,
  path: paths.facilitator,
  loader: ({ params }) => readOne(params.id, (id) => [facilitatorQuery(id)]),
  component: lazyPage(() => import('./pages/programme/facilitator-page.tsx'), 'FacilitatorPage'),
})

const profile = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.profile,
  component: lazyPage(() => import('./pages/own/profile-page.tsx'), 'ProfilePage'),
})

/** `StudioGate` shows these pages only to those who have access. */
const studio = createRoute({
  getParentRoute: () => loggedIn,
  id: 'studio',
  validateSearch: readStudioSearch,
  search: { middlewares: [retainSearchParams(['of'])] },
  loader: () => read(accountQuery),
  component: lazyPage(() => import('./shell/studio/studio-gate.tsx'), 'StudioGate'),
})

const dashboard = createRoute({
  getParentRoute: () => studio,
  path: paths.dashboard,
  component: lazyPage(() => import('./pages/studio/dashboard-page.tsx'), 'DashboardPage'),
})

const manageEvents = createRoute({
  getParentRoute: () => studio,
  path: paths.manageEvents,
  validateSearch: readOwnEventsSearch,
  component: lazyPage(() => import('./pages/studio/manage-events-page.tsx'), 'ManageEventsPage'),
})

const manageEvent = createRoute({
  getParentRoute: () => studio,
  path: paths.manageEvent,
  validateSearch: readOwnEventsSearch,
  loader: ({ params }) => readOne(params.id, (id) => [eventQuery(id)]),
  component: lazyPage(() => import('./pages/studio/manage-event-page.tsx'), 'ManageEventPage'),
})

const crm = createRoute({
  getParentRoute: () => studio,
  path: paths.crm,
  validateSearch: readCrmSearch,
  component: lazyPage(() => import('./pages/studio/crm-page.tsx'), 'CrmPage'),
})

const admin = createRoute({
  getParentRoute: () => loggedIn,
  id: 'admin',
  loader: () => read(accountQuery),
  component: lazyPage(() => import('./shell/studio/studio-gate.tsx'), 'AdminGate'),
})

const adminFacilitators = createRoute({
  getParentRoute: () => admin,
  path: paths.adminFacilitators,
  component: lazyPage(() => import('./pages/admin/admin-facilitators-page.tsx'), 'AdminFacilitatorsPage'),
})

const adminUsers = createRoute({
  getParentRoute: () => admin,
  path: paths.adminUsers,
  validateSearch: readUserSearch,
  component: lazyPage(() => import('./pages/admin/admin-users-page.tsx'), 'AdminUsersPage'),
})

const adminDelivery = createRoute({
  getParentRoute: () => admin,
  path: paths.adminDelivery,
  component: lazyPage(() => import('./pages/admin/admin-delivery-page.tsx'), 'AdminDeliveryPage'),
})

const adminMail = createRoute({
  getParentRoute: () => admin,
  path: paths.adminMail,
  validateSearch: readMailSearch,
  component: lazyPage(() => import('./pages/admin/admin-mail-page.tsx'), 'AdminMailPage'),
})

export const routeTree = root.addChildren([
  home,
  login,
  register,
  events,
  event,
  facilitators,
  facilitator,
  forgotPassword,
  resetPassword,
  verifyEmail,
  loggedIn.addChildren([
    bookings,
    profile,
    studio.addChildren([dashboard, manageEvents, manageEvent, crm]),
    admin.addChildren([adminFacilitators, adminUsers, adminDelivery, adminMail]),
  ]),
])
