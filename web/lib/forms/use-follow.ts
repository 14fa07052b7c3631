import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useState } from 'react'
import { changesIn, followed } from './follow.rules.ts'

/**
 * Keeps a form true while what it began from is changed elsewhere: a field that was not touched shows the new state, so that saving
 * does not bring the old one back. True once that has changed something that is shown.
 */
export function useFollow<V extends object>(form: UseFormReturnType<V>, initial: V): boolean {
  const [before, setBefore] = useState(initial)
  const [hasFollowed, setFollowed] = useState(false)
  useEffect(() => {
    if (!changesIn(before, initial)) return
    const typed = form.getValues()
    const values = followed(typed, before, initial)
    setBefore(initial)
    form.setInitialValues(initial)
    if (!changesIn(values, typed)) return
    setFollowed(true)
    form.setValues(values)
  })
  return hasFollowed
}
