import { type ComponentType, useState } from 'react'
import { flushSync } from 'react-dom'
import { tellError } from '#web/components/feedback/toast.tsx'
import { loadCode } from '#web/lib/load-code.ts'

/**
 * A component whose code is loaded when somebody reaches for it. `Loaded` is undefined until then. Without a connection that is told,
 * and the page stays as it is: the next press tries again. Code that a browser refuses to ask for again comes with a reload.
 */
export function useOnDemand<M, P>(load: () => Promise<M>, componentOf: (module: M) => ComponentType<P>) {
  const [Loaded, setLoaded] = useState<ComponentType<P>>()
  const show = (module: M) => setLoaded(() => componentOf(module))
  return {
    Loaded,
    /** Before it is pressed. */
    prepare: () => void load().then(show, () => undefined),
    open(then: () => void = () => undefined) {
      if (Loaded) return then()
      void loadCode(load).then((module) => {
        // Closed at first: a dialog that is there already gives the focus back to where it was when it opened.
        flushSync(() => show(module))
        then()
      }, reloadOrTell)
    },
  }
}

async function reloadOrTell(error: unknown): Promise<void> {
  const isReachable = await fetch(location.href, { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isReachable) location.reload()
  else tellError(error)
}
