import { Alert } from '@mantine/core'
import { messageOf } from '#web/lib/api-error.ts'

/** What is wrong with a form as a whole, where a screen reader hears it at once. */
export function FormError({ error }: { error: unknown }) {
  if (!error) return null
  return (
    <Alert color="red" variant="light" role="alert" radius="md">
      {messageOf(error)}
    </Alert>
  )
}
