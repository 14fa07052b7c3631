import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useRef } from 'react'
import { ApiError } from '#web/lib/api/api-error.ts'
import { faultInWords } from '#web/lib/text/fault-words.rules.ts'

/** As `useFaultFocus`. `showFaults` shows validation errors of the API beside their fields, in words of the page, and goes to the first. */
export function useFaults<T extends object>(form: UseFormReturnType<T>) {
  const { ref, focusFault } = useFaultFocus()
  return {
    ref,
    focusFault,
    showFaults(error: unknown) {
      setFaults(form, error)
      focusFault()
    },
  }
}

function setFaults<T extends object>(form: UseFormReturnType<T>, error: unknown): void {
  if (!(error instanceof ApiError)) return
  const known = error.details.filter(({ field }) => field in form.getValues())
  for (const { field, message } of known) form.setFieldError(field, faultInWords(message))
}

/**
 * For the `ref` of a form: after `focusFault` the first field with an error gets the focus as soon as it is shown, and so
 * comes onto the screen.
 */
export function useFaultFocus() {
  const form = useRef<HTMLFormElement>(null)
  const isWanted = useRef(false)
  useEffect(() => {
    const field = isWanted.current && form.current?.querySelector<HTMLElement>('[aria-invalid=true]')
    if (!field) return
    isWanted.current = false
    field.focus()
  })
  return {
    ref: form,
    focusFault: () => {
      isWanted.current = true
    },
  }
}
