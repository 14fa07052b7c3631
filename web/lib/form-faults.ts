import type { UseFormReturnType } from '@mantine/form'
import { ApiError } from './api/api-error.ts'

/** Puts what the server found wrong beside its field, where there is one. */
export function showFaults<T extends object>(form: UseFormReturnType<T>, error: unknown): void {
  if (!(error instanceof ApiError)) return
  const known = error.details.filter(({ field }) => field in form.getValues())
  for (const { field, message } of known) form.setFieldError(field, sentence(message))
}

/** `must be longer` beside the field it is about: `Must be longer.` */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
