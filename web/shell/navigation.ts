import { type Role, runsEvents } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'

/** What the navigation at the top offers; the bar on phones has a place for four or five and names them itself. */
export function linksFor(isLoggedIn: boolean, role: Role | undefined) {
  const open = [
    { to: paths.events, label: 'Events' },
    { to: paths.facilitators, label: 'Facilitators' },
  ] as const
  if (!isLoggedIn) return open
  const own = [...open, { to: paths.bookings, label: 'Bookings' }] as const
  return runsEvents(role) ? ([...own, { to: paths.dashboard, label: 'Studio' }] as const) : own
}

/** The rooms of the studio. */
export function studioLinksFor({ isAdmin }: Pick<Role, 'isAdmin'>) {
  const rooms = [
    { to: paths.dashboard, label: 'Dashboard' },
    { to: paths.manageEvents, label: 'Your events' },
    { to: paths.crm, label: 'Contacts' },
  ] as const
  if (!isAdmin) return rooms
  const [dashboard, , contacts] = rooms
  return [
    dashboard,
    { to: paths.manageEvents, label: 'Events' },
    contacts,
    { to: paths.adminFacilitators, label: 'Facilitators' },
    { to: paths.adminUsers, label: 'Accounts' },
    { to: paths.adminDelivery, label: 'Delivery' },
  ] as const
}

/** Whether an address lies in the studio, which is one place to the navigation at the top. */
export const isInStudio = (path: string): boolean =>
  [paths.dashboard, paths.manageEvents, paths.crm, '/admin'].some(
    (room) => path === room || path.startsWith(`${room}/`),
  )
