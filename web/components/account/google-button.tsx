import { Divider, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { tellError } from '#web/components/feedback/toast.tsx'
import { settingsQuery } from '#web/lib/queries/settings.queries.ts'
import { loadGoogle } from './google-identity.ts'

/** Receives the ID token of a sign-in with Google. */
type Props = { onCredential: (credential: string) => Promise<unknown> }

/** Google's own button. Renders nothing where no Google client is configured. */
export function GoogleButton({ onCredential }: Props) {
  const clientId = useQuery(settingsQuery).data?.google_client_id
  const place = useRef<HTMLDivElement>(null)
  const [isAway, setIsAway] = useState(false)
  const latest = useRef(onCredential)
  latest.current = onCredential

  useEffect(() => {
    if (!clientId) return
    loadGoogle()
      .then((google) => {
        google.initialize({
          client_id: clientId,
          callback: ({ credential }) => latest.current(credential).catch(tellError),
        })
        if (place.current)
          google.renderButton(place.current, { width: 320, shape: 'pill', text: 'continue_with' })
      })
      .catch(() => setIsAway(true))
  }, [clientId])

  if (!clientId) return null
  return (
    <>
      <Divider label="or" my="xs" />
      <div ref={place} />
      {isAway && (
        <Text size="sm" c="dimmed">
          Google cannot be reached from here: log in with your e-mail address, or try again later.
        </Text>
      )}
    </>
  )
}
