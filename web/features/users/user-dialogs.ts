import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'

export const ChangeUser = dialogOnDemand(
  () => import('./change-user.tsx'),
  (module) => module.ChangeUser,
  'change',
)

export const CancelAll = dialogOnDemand(
  () => import('./cancel-all.tsx'),
  (module) => module.CancelAll,
  'person',
)
