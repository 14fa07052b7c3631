import {
  IconCalendarEvent,
  IconFeather,
  IconHome,
  IconTicket,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { noticesQuery } from '#web/features/notices/notice.queries.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { runsEvents, useRole } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'
import { isInStudio, useNextPlace } from './navigation.ts'
import classes from './shell.module.css'

/** The navigation at the bottom of small screens. */
export function PhoneBar() {
  const isLoggedIn = useSession() !== undefined
  const hasStudio = runsEvents(useRole())
  const pathname = useLocation({ select: (location) => location.pathname })
  const next = useNextPlace()
  // As other pages have read it: not worth a request of its own.
  const known = useQuery({ ...noticesQuery, enabled: false }).data?.notices ?? []
  const hasNews = isLoggedIn && known.length > 0
  return (
    <nav className={classes.phoneBar} aria-label="Main, on phones">
      <Link to={paths.home}>
        <IconHome size={22} stroke={1.6} aria-hidden="true" />
        Home
        {hasNews && (
          <span className={classes.news}>
            <span className="visually-hidden"> has news</span>
          </span>
        )}
      </Link>
      <Link to={paths.events}>
        <IconCalendarEvent size={22} stroke={1.6} aria-hidden="true" />
        Events
      </Link>
      {isLoggedIn ? (
        <Link to={paths.bookings}>
          <IconTicket size={22} stroke={1.6} aria-hidden="true" />
          Bookings
        </Link>
      ) : (
        <Link to={paths.facilitators}>
          <IconUsers size={22} stroke={1.6} aria-hidden="true" />
          Facilitators
        </Link>
      )}
      {hasStudio && (
        <Link to={paths.dashboard} data-here={isInStudio(pathname) || undefined}>
          <IconFeather size={22} stroke={1.6} aria-hidden="true" />
          Studio
        </Link>
      )}
      <Link to={isLoggedIn ? paths.profile : paths.login} search={!isLoggedIn && next ? { next } : {}}>
        <IconUser size={22} stroke={1.6} aria-hidden="true" />
        {isLoggedIn ? 'Profile' : 'Log in'}
      </Link>
    </nav>
  )
}
