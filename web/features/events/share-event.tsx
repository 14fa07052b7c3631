import { ActionIcon, Button } from '@mantine/core'
import { IconShare2 } from '@tabler/icons-react'
import { tell } from '#web/components/feedback/toast.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { useEventAddress } from './use-event-address.ts'

/** Passes the event's address on: by the device's own dialog where there is one, else through the clipboard. */
export function ShareEvent({ event, isIcon }: { event: Event; isIcon?: boolean }) {
  const url = useEventAddress(event)
  const share = async () => {
    if (navigator.share) return navigator.share({ title: event.title, url }).catch(() => undefined)
    try {
      await navigator.clipboard.writeText(url)
      tell('The link is copied.')
    } catch {
      // Without TLS there is no clipboard.
      tell(`The link to this event: ${url}`)
    }
  }
  if (isIcon) {
    return (
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        radius="xl"
        aria-label="Share this event"
        onClick={() => void share()}
      >
        <IconShare2 size={20} stroke={1.6} />
      </ActionIcon>
    )
  }
  return (
    <Button
      variant="default"
      leftSection={<IconShare2 size={18} stroke={1.6} aria-hidden="true" />}
      onClick={() => void share()}
    >
      Share
    </Button>
  )
}
