import { Button } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useOnDemand } from '#web/components/feedback/use-on-demand.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { audienceQuery } from './message.queries.ts'
import { hasAudience } from './message.rules.ts'

const loadDrawer = () => import('./message-drawer.tsx')

/** Offered where there is somebody to write to. */
export function WriteToEverybody({ event_id }: { event_id: number }) {
  const audience = useQuery(audienceQuery(event_id)).data
  const sendsMail = useSendsMail()
  const { Loaded: MessageDrawer, prepare, open } = useOnDemand(loadDrawer, (module) => module.MessageDrawer)
  const [isOpen, setOpen] = useState(false)
  if (!audience || sendsMail === undefined) return null
  // Who is writing goes on, whatever becomes of the others meanwhile.
  const isOffered = hasAudience(audience) || isOpen
  return (
    <>
      {isOffered && (
        <Button
          variant="default"
          leftSection={<IconMail size={18} stroke={1.6} />}
          aria-haspopup="dialog"
          onPointerEnter={prepare}
          onClick={() => open(() => setOpen(true))}
        >
          Write to everybody
        </Button>
      )}
      {MessageDrawer && (
        <MessageDrawer
          isOpen={isOpen}
          event_id={event_id}
          audience={audience}
          isMailed={sendsMail}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
