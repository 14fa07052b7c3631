import { Alert } from '@mantine/core'
import { messageOf } from '#web/lib/text/error-message.ts'

type Props = {
  error: unknown
  /** Errors shown at fields: with any of them, this shows nothing. */
  besideFields?: object
}

/** An error of a form as a whole, which screen readers announce. */
export function FormError({ error, besideFields = {} }: Props) {
  if (!error || Object.keys(besideFields).length > 0) return null
  return (
    <Alert color="red" variant="light" role="alert" radius="md">
      {messageOf(error)}
    </Alert>
  )
}
