import { Button, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Reconciliation } from '#web/lib/api/contract.ts'
import { count, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { useRepair } from './delivery.mutations.ts'
import { reconciliationQuery } from './delivery.queries.ts'
import { disagreementsOf } from './delivery.rules.ts'

/** Compares the bookings of both services, and offers to repair what the CRM lacks. */
export function ReconciliationPanel() {
  const { data, error, refetch, isFetching } = useQuery(reconciliationQuery)
  const repair = useRepair()
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={190} radius="lg" aria-label="Comparing with the CRM" />
  const disagreements = disagreementsOf(data)
  return (
    <Surface component="section" label="Comparison" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={4} role="status">
            <Title order={2}>
              {data.in_agreement ? 'The CRM and the bookings agree' : 'The CRM and the bookings differ'}
            </Title>
            <Text c="dimmed">{factsOf(data)}</Text>
          </Stack>
          <Group gap="sm">
            <Button variant="default" loading={isFetching} onClick={() => refetch()}>
              Compare again
            </Button>
            {disagreements.some(({ canRepair }) => canRepair) && (
              <Button loading={repair.isPending} onClick={() => repair.mutate()}>
                Send to the CRM again
              </Button>
            )}
          </Group>
        </Group>
        {disagreements.length > 0 && (
          <List spacing="xs">
            {disagreements.map(({ text }) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        )}
      </Stack>
    </Surface>
  )
}

function factsOf({ compared, waiting, checked_at }: Reconciliation): string {
  const onTheWay = waiting > 0 ? ` ${count(waiting, 'booking is', 'bookings are')} still on the way.` : ''
  return `${count(compared, 'booking')} compared at ${timeOfDay(fromWire(checked_at))}.${onTheWay}`
}
