import { Alert } from '@mantine/core'
import { hasCode, isOffline } from '#web/lib/api/api-error.ts'
import { messageOf } from '#web/lib/text/error-message.ts'
import { useOnline } from '#web/lib/use-online.ts'

type Props = {
  error: unknown
  /** Errors shown at fields: with any of them, this shows nothing. */
  besideFields?: object
}

/** An error of a form as a whole, which screen readers announce. That there is no connection is said while there is none. */
export function FormError({ error, besideFields = {} }: Props) {
  const isOnline = useOnline() && !isOffline()
  if (isOnline && hasCode(error, 'offline')) return null
  if (!error || Object.keys(besideFields).length > 0) return null
  return (
    <Alert color="red" variant="light" role="alert" radius="md">
      {messageOf(error)}
    </Alert>
  )
}
