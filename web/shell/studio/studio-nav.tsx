import { Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Role } from '#web/lib/queries/use-role.ts'
import { studioLinksFor } from '#web/shell/navigation.ts'
import classes from './studio-nav.module.css'

/** The second row of the navigation. On a phone it scrolls to the current page. */
export function StudioNav({ role }: { role: Role }) {
  const nav = useRef<HTMLElement>(null)
  const pathname = useLocation({ select: (location) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current link changes with the address.
  useEffect(() => {
    const row = nav.current
    const here = row?.querySelector<HTMLElement>('[aria-current=page]')
    if (row && here)
      row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.clientWidth) / 2
  }, [pathname])
  return (
    <nav ref={nav} className={classes.nav} aria-label="Studio">
      {studioLinksFor(role).map(({ to, label }) => (
        <Link key={to} to={to} className={classes.link}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
