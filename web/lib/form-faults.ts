import type { UseFormReturnType } from '@mantine/form'
import { ApiError } from './api-error.ts'

/** Puts what the server found wrong beside its field. True when there was such a field; else somebody has to say it. */
export function showFaults<T>(form: UseFormReturnType<T>, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  const known = error.details.filter(({ field }) => field in (form.getValues() as object))
  for (const { field, message } of known) form.setFieldError(field, sentence(message))
  return known.length > 0
}

/** `must be longer` beside the field it is about: `Must be longer.` */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
