import { Button } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { audienceQuery } from './message.queries.ts'
import { hasAudience } from './message.rules.ts'

const MessageDrawer = dialogOnDemand(
  () => import('./message-drawer.tsx'),
  (module) => module.MessageDrawer,
  'isOpen',
)

/** Offered where there is somebody to write to. */
export function WriteToEverybody({ event_id }: { event_id: number }) {
  const audience = useQuery(audienceQuery(event_id)).data
  const sendsMail = useSendsMail()
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
          onPointerEnter={MessageDrawer.prepare}
          onClick={() => setOpen(true)}
        >
          Write to everybody
        </Button>
      )}
      <MessageDrawer
        isOpen={isOpen}
        event_id={event_id}
        audience={audience}
        isMailed={sendsMail}
        onClose={() => setOpen(false)}
      />
    </>
  )
}
