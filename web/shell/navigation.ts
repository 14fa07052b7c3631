import { useLocation } from '@tanstack/react-router'
import { type Role, runsEvents } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'

/** The links of the navigation at the top. The bar on phones has room for five and lists its own. */
export function linksFor(isLoggedIn: boolean, role: Role | undefined) {
  const open = [
    { to: paths.events, label: 'Events' },
    { to: paths.facilitators, label: 'Facilitators' },
  ] as const
  if (!isLoggedIn) return open
  const own = [...open, { to: paths.bookings, label: 'Bookings' }] as const
  return runsEvents(role) ? ([...own, { to: paths.dashboard, label: 'Studio' }] as const) : own
}

/** The links of the navigation within the studio. */
export function studioLinksFor({ isAdmin }: Pick<Role, 'isAdmin'>) {
  const pages = [
    { to: paths.dashboard, label: 'Dashboard' },
    { to: paths.manageEvents, label: 'Your events' },
    { to: paths.crm, label: 'Contacts' },
  ] as const
  if (!isAdmin) return pages
  const [dashboard, , contacts] = pages
  return [
    dashboard,
    { to: paths.manageEvents, label: 'Events' },
    contacts,
    { to: paths.adminFacilitators, label: 'Facilitators' },
    { to: paths.adminUsers, label: 'Accounts' },
    { to: paths.adminDelivery, label: 'Delivery' },
    { to: paths.adminMail, label: 'Mail' },
  ] as const
}

/** Whether an address belongs to the studio, which the navigation at the top marks as one page. */
export const isInStudio = (path: string): boolean =>
  [paths.dashboard, paths.manageEvents, paths.crm, '/admin'].some(
    (page) => path === page || path.startsWith(`${page}/`),
  )

/** Where a login from this page leads back to; undefined for the start page and the login itself. */
export const useNextPlace = (): string | undefined =>
  useLocation({
    select: ({ pathname, href }) =>
      [paths.home, paths.login, paths.register].some((path) => path === pathname) ? undefined : href,
  })
