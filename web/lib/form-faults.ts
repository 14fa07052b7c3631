import type { UseFormReturnType } from '@mantine/form'
import { ApiError } from './api/api-error.ts'

/** Shows validation errors of the API beside their fields. */
export function showFaults<T extends object>(form: UseFormReturnType<T>, error: unknown): void {
  if (!(error instanceof ApiError)) return
  const known = error.details.filter(({ field }) => field in form.getValues())
  for (const { field, message } of known) form.setFieldError(field, sentence(message))
}

/** `must be longer` becomes `Must be longer.` */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
