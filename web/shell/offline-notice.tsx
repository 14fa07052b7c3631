import { useOnline } from '#web/lib/use-online.ts'
import classes from './shell.module.css'

/** A line under the header while there is no connection. */
export function OfflineNotice() {
  const isOnline = useOnline()
  return (
    <div role="status" className={classes.offline}>
      {!isOnline && 'You are offline. What you see may be out of date, and nothing can be booked.'}
    </div>
  )
}
