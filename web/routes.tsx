import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { readEventSearch } from './features/events/event-search.ts'
import * as session from './lib/session.ts'
import { paths } from './paths.ts'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: paths.home,
  component: lazyRouteComponent(() => import('./pages/home-page.tsx'), 'HomePage'),
})

const login = createRoute({
  getParentRoute: () => root,
  path: paths.login,
  validateSearch: readNext,
  component: lazyRouteComponent(() => import('./pages/login-page.tsx'), 'LoginPage'),
})

const register = createRoute({
  getParentRoute: () => root,
  path: paths.register,
  validateSearch: readNext,
  component: lazyRouteComponent(() => import('./pages/register-page.tsx'), 'RegisterPage'),
})

/** Whoever is not logged in is asked to, and comes back to where they wanted to be. */
const loggedIn = createRoute({
  getParentRoute: () => root,
  id: 'logged-in',
  beforeLoad({ location }) {
    if (!session.get()) throw redirect({ to: paths.login, search: { next: location.href } })
  },
})

const events = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.events,
  validateSearch: readEventSearch,
})

const event = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.event,
})

const bookings = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.bookings,
})

const facilitators = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.facilitators,
})

const facilitator = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.facilitator,
})

const profile = createRoute({
  getParentRoute: () => loggedIn,
  path: paths.profile,
})

export const routeTree = root.addChildren([
  home,
  login,
  register,
  loggedIn.addChildren([events, event, bookings, facilitators, facilitator, profile]),
])

/** Only addresses of our own: a link to the login must not lead anywhere else afterwards. */
function readNext({ next }: Record<string, unknown>): { next?: string } {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
}
