import { Alert } from '@mantine/core'
import { messageOf } from '#web/lib/api/api-error.ts'

type Props = {
  error: unknown
  /** What is said beside the fields already, and need not be said again. */
  besideFields?: object
}

/** What is wrong with a form as a whole, where a screen reader hears it at once. */
export function FormError({ error, besideFields = {} }: Props) {
  if (!error || Object.keys(besideFields).length > 0) return null
  return (
    <Alert color="red" variant="light" role="alert" radius="md">
      {messageOf(error)}
    </Alert>
  )
}
