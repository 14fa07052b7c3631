import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'

export const EventDrawer = dialogOnDemand(
  () => import('./form/event-drawer.tsx'),
  (module) => module.EventDrawer,
  'write',
)

export const CancelEvent = dialogOnDemand(
  () => import('./cancel-event.tsx'),
  (module) => module.CancelEvent,
  'event',
)
