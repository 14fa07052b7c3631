import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect } from 'react'
import { listen } from '#web/lib/api/event-stream.ts'
import { useBatched } from '#web/lib/use-batched.ts'

/** Calls back when the facilitator's bookings change. Only while the page is visible, like `useLiveEvents`. */
export function useLiveCrm(facilitator_id: number, onChange: () => void): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  const hear = useBatched(onChange)
  useEffect(() => {
    if (!isVisible) return
    const leaving = new AbortController()
    const target = { params: { id: facilitator_id }, signal: leaving.signal }
    void listen('GET /api/facilitators/{id}/crm/stream', target, hear)
    return () => leaving.abort()
  }, [isVisible, facilitator_id, hear])
}
