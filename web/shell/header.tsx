import { Group } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import { LinkButton } from '#web/components/controls/links.tsx'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import { useSession } from '#web/lib/api/use-session.ts'
import { useRole } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'
import { AccountButton, ColorSchemeButton } from './menu-buttons.tsx'
import { isInStudio, linksFor, useNextPlace } from './navigation.ts'
import classes from './shell.module.css'

const ColorSchemeMenu = menuOnDemand(
  () => import('./color-scheme-menu.tsx'),
  (module) => module.ColorSchemeMenu,
)

const AccountMenu = menuOnDemand(
  () => import('./account-menu.tsx'),
  (module) => module.AccountMenu,
)

export function Header() {
  const session = useSession()
  const role = useRole()
  const pathname = useLocation({ select: (location) => location.pathname })
  const next = useNextPlace()
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Link to={paths.home} className={classes.brand}>
          <Mark />
          Stillpoint
        </Link>
        <nav className={classes.nav} aria-label="Main">
          {linksFor(session !== undefined, role).map(({ to, label }) => (
            <Link key={to} to={to} data-here={(to === paths.dashboard && isInStudio(pathname)) || undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <Group gap={6} wrap="nowrap">
          <ColorSchemeMenu button={(button) => <ColorSchemeButton {...button} />} />
          {session ? (
            <AccountMenu
              user={session.user}
              button={(button) => <AccountButton user={session.user} {...button} />}
            />
          ) : (
            <LinkButton to={paths.login} search={next ? { next } : {}} variant="default">
              Log in
            </LinkButton>
          )}
        </Group>
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg className={classes.mark} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M8.5 19a7.5 7.5 0 0 1 15 0z" className={classes.sun} />
      <path d="M4 19.5h24M9.5 24h13" className={classes.line} />
    </svg>
  )
}
