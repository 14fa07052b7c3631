import { useRouter } from '@tanstack/react-router'
import type { Event } from '#web/lib/api/contract.ts'
import { paths } from '#web/paths.ts'

/** The whole address of an event's page. */
export function useEventAddress({ id }: Pick<Event, 'id'>): string {
  const { href } = useRouter().buildLocation({ to: paths.event, params: { id: String(id) } })
  return new URL(href, window.location.origin).href
}
