import { Stack } from '@mantine/core'
import { Page } from '#web/components/layout/page.tsx'
import { AuditLog } from '#web/features/audit-log/audit-log.tsx'
import { DeliveryPanel } from '#web/features/delivery/delivery-panel.tsx'
import { ReconciliationPanel } from '#web/features/delivery/reconciliation-panel.tsx'

export function AdminDeliveryPage() {
  return (
    <Page title="Delivery" lead="Messages to the CRM, and a log of every change.">
      <Stack gap="lg">
        <DeliveryPanel />
        <ReconciliationPanel />
        <AuditLog />
      </Stack>
    </Page>
  )
}
