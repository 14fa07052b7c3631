import { type ComponentProps, lazy, Suspense } from 'react'
import { loadCode } from '#web/lib/load-code.ts'
import type { EventDrawer as Drawer } from './event-drawer.tsx'

const EventDrawer = lazy(async () => ({
  default: (await loadCode(() => import('./event-drawer.tsx'))).EventDrawer,
}))

/** Loads the form's code only after the page behind it. */
export function LazyEventDrawer(props: ComponentProps<typeof Drawer>) {
  return (
    <Suspense fallback={null}>
      <EventDrawer {...props} />
    </Suspense>
  )
}
