import classes from './letter-frame.module.css'

/**
 * The HTML of a mail as people see it. It is nobody's page: no script runs in it and no link leads out of it, and the policy of
 * this page, which loads nothing from elsewhere, holds in it too.
 */
export function LetterFrame({ title, html }: { title: string; html: string }) {
  return <iframe className={classes.frame} title={title} sandbox="" srcDoc={html} />
}
