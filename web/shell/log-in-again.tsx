import { Anchor, Modal, Stack, Text } from '@mantine/core'
import { GoogleLogIn } from '#web/features/auth/google-log-in.tsx'
import { LogInForm } from '#web/features/auth/log-in-form.tsx'
import * as session from '#web/lib/api/session.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { refresh } from '#web/lib/query-client.ts'

/** Over a page whose session has ended: what was typed there stays. */
export function LogInAgain() {
  const user = useSession()?.user
  // What the page asked for meanwhile was refused.
  const goOn = () => void refresh([])
  return (
    <Modal
      opened
      onClose={session.clear}
      title="Log in again"
      zIndex={300}
      overlayProps={{ blur: 14 }}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text>
          Your session has ended: it has expired, or you were logged out from another device. Log in, and go
          on where you were.
        </Text>
        <LogInForm email={user?.email} onLoggedIn={goOn} />
        <GoogleLogIn onLoggedIn={goOn} />
        <Anchor component="button" type="button" size="sm" c="dimmed" onClick={session.clear}>
          Leave this page instead
        </Anchor>
      </Stack>
    </Modal>
  )
}
