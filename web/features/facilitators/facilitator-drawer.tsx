import { GuardedDrawer } from '#web/components/controls/guarded.tsx'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { AppointForm, EditFacilitatorForm } from './facilitator-form.tsx'

type Props = { facilitator: Facilitator | 'new' | undefined; onClose: () => void }

export function FacilitatorDrawer({ facilitator, onClose }: Props) {
  return (
    <GuardedDrawer
      opened={facilitator !== undefined}
      onClose={onClose}
      size="md"
      title={facilitator === 'new' ? 'New facilitator' : facilitator?.name}
    >
      {facilitator === 'new' && <AppointForm onClose={onClose} />}
      {facilitator && facilitator !== 'new' && (
        <EditFacilitatorForm facilitator={facilitator} onClose={onClose} />
      )}
    </GuardedDrawer>
  )
}
