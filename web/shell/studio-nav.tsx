import { Link } from '@tanstack/react-router'
import type { Role } from '#web/features/account/use-role.ts'
import { studioLinksFor } from './navigation.ts'
import classes from './studio-nav.module.css'

/** The second row: from room to room of the studio. */
export function StudioNav({ role }: { role: Role }) {
  return (
    <nav className={classes.nav} aria-label="Studio">
      {studioLinksFor(role).map(({ to, label }) => (
        <Link key={to} to={to} className={classes.link}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
