import { paths } from '#web/paths.ts'

/** What the navigation offers. The phone's bar shows the first four. */
export function linksFor(isLoggedIn: boolean) {
  const open = [
    { to: paths.events, label: 'Events' },
    { to: paths.facilitators, label: 'Facilitators' },
  ] as const
  return isLoggedIn ? ([...open, { to: paths.bookings, label: 'Bookings' }] as const) : open
}
