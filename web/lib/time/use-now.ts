import { useEffect, useState } from 'react'
import { serverNow } from '#web/lib/api/server-clock.ts'

/** A timer sleeps with its device, and the server's clock is learned meanwhile: so often both are looked at. */
const LOOK_MS = 20_000
/** A day begins in some time zone at each of these. */
const QUARTER_MS = 15 * 60_000

/**
 * The server's time when this was last rendered. Renders again at the next of these moments, whenever a day may begin, and when the
 * tab is looked at after one has passed. `onMoment` is called after a moment has come.
 */
export function useNow(moments: Date[] = [], onMoment?: () => void): Date {
  const [, renderAgain] = useState(0)
  const now = serverNow()
  const ahead = moments.map((each) => each.getTime()).filter((at) => at > now.getTime())
  const momentMs = Math.min(...ahead)
  const nextMs = Math.min(momentMs, (Math.floor(now.getTime() / QUARTER_MS) + 1) * QUARTER_MS)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      const leftMs = nextMs - serverNow().getTime()
      if (leftMs > 0) {
        timer = setTimeout(look, Math.min(leftMs, LOOK_MS))
        return
      }
      renderAgain((count) => count + 1)
      if (momentMs <= nextMs) onMoment?.()
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [nextMs, momentMs, onMoment])
  return now
}
