import { Divider, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { tellError } from '#web/components/toast.tsx'
import { settingsQuery } from '#web/features/account/account.queries.ts'
import { loadGoogle } from './google-identity.ts'
import { logInWithGoogle } from './log-in.ts'

/** Google's own button, which it draws itself. Nothing where nobody can sign in with Google. */
export function GoogleButton({
  onLoggedIn,
  use = logInWithGoogle,
}: {
  onLoggedIn: () => void
  /** What the sign-in is for. */
  use?: (credential: string) => Promise<unknown>
}) {
  const clientId = useQuery(settingsQuery).data?.google_client_id
  const place = useRef<HTMLDivElement>(null)
  const [isAway, setIsAway] = useState(false)
  const done = useRef({ onLoggedIn, use })
  done.current = { onLoggedIn, use }

  useEffect(() => {
    if (!clientId) return
    loadGoogle()
      .then((google) => {
        google.initialize({
          client_id: clientId,
          callback: ({ credential }) =>
            done.current.use(credential).then(() => done.current.onLoggedIn(), tellError),
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
