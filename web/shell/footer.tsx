import { Link } from '@tanstack/react-router'
import { paths } from '#web/paths.ts'
import classes from './shell.module.css'

export function Footer() {
  return (
    <footer className={classes.footer}>
      <div className={classes.footerInner}>
        <span>Stillpoint — sessions and retreats</span>
        <Link to={paths.events}>What is on</Link>
        <Link to={paths.facilitators}>Facilitators</Link>
        <a href="/docs">API</a>
      </div>
    </footer>
  )
}
