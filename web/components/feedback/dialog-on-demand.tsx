import { type ComponentType, useEffect, useEffectEvent, useState } from 'react'
import { loadAhead } from '#web/lib/load-code.ts'
import { useOnDemand } from './use-on-demand.ts'

/**
 * A dialog or drawer whose code is loaded when it is to open, or before with `prepare`. It is open while the property `opener` is set,
 * and asks to be closed when its code cannot be loaded.
 */
export function dialogOnDemand<M, P extends object>(
  load: () => Promise<M>,
  dialogOf: (module: M) => ComponentType<P>,
  opener: keyof P,
) {
  function DialogOnDemand(props: P & { onClose: () => void }) {
    const { Loaded: Dialog, open } = useOnDemand(load, dialogOf)
    const [isReady, setReady] = useState(false)
    const isWanted = Boolean(props[opener])
    const bring = useEffectEvent(() => open(() => setReady(true), props.onClose))
    useEffect(() => {
      if (isWanted) bring()
    }, [isWanted])
    return Dialog && <Dialog {...props} {...(!isReady && { [opener]: undefined })} />
  }
  return Object.assign(DialogOnDemand, { prepare: () => loadAhead(load) })
}
