import { Stack } from '@mantine/core'
import { Page } from '#web/components/layout/page.tsx'
import { AuditLog } from '#web/features/audit-log/audit-log.tsx'
import { DeliveryPanel } from '#web/features/delivery/delivery-panel.tsx'
import { ReconciliationPanel } from '#web/features/delivery/reconciliation-panel.tsx'

export function AdminDeliveryPage() {
  return (
    <Page
      title="Delivery"
      lead="Every booking is also sent to the CRM, which keeps your contacts: see whether it has all of them, and who has changed what."
    >
      <Stack gap="lg">
        <DeliveryPanel />
        <ReconciliationPanel />
        <AuditLog />
      </Stack>
    </Page>
  )
}
