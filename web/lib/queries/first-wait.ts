import { useState } from 'react'

type Read = { isPending: boolean; failureCount: number }

/** Whether a read may still answer soon. After a first failure it is tried again, but nothing waits for it any more. */
export const isAwaited = ({ isPending, failureCount }: Read): boolean => isPending && failureCount === 0

/**
 * True until it is no longer waited for, and never again. A read that has failed is pending once more when it is repeated: that must not
 * take away dialogs that are open and text that is being typed.
 */
export function useFirstWait(isWaiting: boolean): boolean {
  const [isOver, setOver] = useState(false)
  if (!isWaiting && !isOver) setOver(true)
  return isWaiting && !isOver
}
