import { type ComponentType, useState } from 'react'
import { flushSync } from 'react-dom'
import { tellError } from '#web/components/feedback/toast.tsx'
import { loadCode } from '#web/lib/load-code.ts'

/**
 * A component whose code is loaded when somebody asks for it. `Loaded` is undefined until then. Without a connection that is told,
 * and the page stays as it is: the next press tries again. Code that a browser refuses to ask for again comes with a reload.
 */
export function useOnDemand<M, P>(load: () => Promise<M>, componentOf: (module: M) => ComponentType<P>) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>()
  return {
    Loaded,
    open(then: () => void, orElse: () => void = () => undefined) {
      if (Loaded) return then()
      void loadCode(load).then(
        (module) => {
          // Closed at first: what is there already gives the focus back to where it was when it opened.
          flushSync(() => setLoaded(() => componentOf(module)))
          then()
        },
        (error) =>
          reloadOr(() => {
            tellError(error)
            orElse()
          }),
      )
    },
  }
}

/** What fails again right after a reload would reload for ever. */
const RELOADED_MS = 10_000

async function reloadOr(tell: () => void): Promise<void> {
  const isReachable = await fetch(location.href, { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isReachable && performance.now() > RELOADED_MS) location.reload()
  else tell()
}
