import { useDocumentVisibility } from '@mantine/hooks'
import { useEffect } from 'react'
import { listen } from '#web/lib/event-stream.ts'
import { useTogether } from '#web/lib/use-together.ts'

/** Calls when something happens to the facilitator's bookings. Only while the page is looked at, as with seats. */
export function useLiveCrm(facilitator_id: number, onNews: () => void): void {
  const isVisible = useDocumentVisibility() !== 'hidden'
  const hear = useTogether(onNews)
  useEffect(() => {
    if (!isVisible) return
    const leaving = new AbortController()
    void listen(`/api/facilitators/${facilitator_id}/crm/stream`, hear, leaving.signal)
    return () => leaving.abort()
  }, [isVisible, facilitator_id, hear])
}
