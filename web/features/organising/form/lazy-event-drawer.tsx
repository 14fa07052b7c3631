import { type ComponentProps, useEffect, useEffectEvent } from 'react'
import { useOnDemand } from '#web/components/feedback/use-on-demand.ts'
import type { EventDrawer as Drawer } from './event-drawer.tsx'

const loadDrawer = () => import('./event-drawer.tsx')

/** Loads the form's code only after the page behind it, which stays when that fails. */
export function LazyEventDrawer(props: ComponentProps<typeof Drawer>) {
  const { Loaded: EventDrawer, prepare, open } = useOnDemand(loadDrawer, (module) => module.EventDrawer)
  const isWanted = props.write !== undefined
  const load = useEffectEvent(() => (isWanted ? open() : prepare()))
  // biome-ignore lint/correctness/useExhaustiveDependencies: again when it is wanted and was not loaded before.
  useEffect(load, [isWanted])
  return EventDrawer && <EventDrawer {...props} />
}
