import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect } from 'react'
import { listen } from '#web/lib/event-stream.ts'

/**
 * Calls whenever something happens to the facilitator's bookings, at most a few times a second. Only while the page is
 * looked at, as with seats.
 */
export function useLiveCrm(facilitator_id: number, onNews: () => void): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  useEffect(() => {
    if (!isVisible) return
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const hear = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        onNews()
      }, TOGETHER_MS)
    }
    void listen(`/api/facilitators/${facilitator_id}/crm/stream`, hear, leaving.signal)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [isVisible, facilitator_id, onNews])
}

/** When a hundred people book at once, lists are read a few times and not a hundred. */
const TOGETHER_MS = 300
