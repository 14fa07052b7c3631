import { paths } from '#web/paths.ts'

/** What the navigation at the top offers; the bar on phones has a place for four and names them itself. */
export function linksFor(isLoggedIn: boolean) {
  const open = [
    { to: paths.events, label: 'Events' },
    { to: paths.facilitators, label: 'Facilitators' },
  ] as const
  return isLoggedIn ? ([...open, { to: paths.bookings, label: 'Bookings' }] as const) : open
}
