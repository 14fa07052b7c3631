import { useDocumentVisibility, useThrottledCallback } from '@mantine/hooks'
import { useEffect } from 'react'
import { listen } from '#web/lib/event-stream.ts'

/** When a hundred people book at once, lists are read a few times and not a hundred. */
const TOGETHER_MS = 400

/** Calls when something happens to the facilitator's bookings. Only while the page is looked at, as with seats. */
export function useLiveCrm(facilitator_id: number, onNews: () => void): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  const hear = useThrottledCallback(onNews, TOGETHER_MS)
  useEffect(() => {
    if (!isVisible) return
    const leaving = new AbortController()
    void listen(`/api/facilitators/${facilitator_id}/crm/stream`, hear, leaving.signal)
    return () => leaving.abort()
  }, [isVisible, facilitator_id, hear])
}
