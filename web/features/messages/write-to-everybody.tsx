import { Button } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { audienceQuery } from './message.queries.ts'
import { hasAudience } from './message.rules.ts'

const loadDrawer = async () => ({ default: (await import('./message-drawer.tsx')).MessageDrawer })
const MessageDrawer = lazy(loadDrawer)

/** Offered where there is somebody to write to. */
export function WriteToEverybody({ event_id }: { event_id: number }) {
  const audience = useQuery(audienceQuery(event_id)).data
  const sendsMail = useSendsMail()
  const [state, setState] = useState<'never opened' | 'open' | 'closed'>('never opened')
  if (!audience || sendsMail === undefined) return null
  // Who is writing goes on, whatever becomes of the others meanwhile.
  const isOffered = hasAudience(audience) || state === 'open'
  return (
    <>
      {isOffered && (
        <Button
          variant="default"
          leftSection={<IconMail size={18} stroke={1.6} />}
          aria-haspopup="dialog"
          onPointerEnter={() => void loadDrawer().catch(() => undefined)}
          onClick={() => setState('open')}
        >
          Write to everybody
        </Button>
      )}
      {state !== 'never opened' && (
        <Suspense fallback={null}>
          <MessageDrawer
            isOpen={state === 'open'}
            event_id={event_id}
            audience={audience}
            isMailed={sendsMail}
            onClose={() => setState('closed')}
          />
        </Suspense>
      )}
    </>
  )
}
