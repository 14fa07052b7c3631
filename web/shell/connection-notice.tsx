import { useOnline } from '#web/lib/use-online.ts'
import { useTrouble } from '#web/lib/use-trouble.ts'
import classes from './shell.module.css'

const WORDS = {
  busy: 'Stillpoint is busy. Trying again…',
  unreachable: 'Stillpoint cannot be reached. Trying again…',
}

/** A line under the header while there is no connection, or while something is asked for again. */
export function ConnectionNotice() {
  const isOnline = useOnline()
  const trouble = useTrouble()
  return (
    <div role="status" className={classes.offline}>
      {isOnline
        ? trouble && WORDS[trouble]
        : 'You are offline. What you see may be out of date, and nothing can be booked.'}
    </div>
  )
}
