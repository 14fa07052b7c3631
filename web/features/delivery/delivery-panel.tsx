import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { VerdictText } from '#web/components/feedback/verdict.tsx'
import { Figures } from '#web/components/layout/figures.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { deliveryQuery } from './delivery.queries.ts'
import { ageOf, verdictOf } from './delivery.rules.ts'

/** The outbox, polled. */
export function DeliveryPanel() {
  const { data, error, refetch } = useQuery(deliveryQuery)
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={190} radius="lg" aria-label="Loading the delivery" />
  const figures = [
    { term: 'Messages waiting', figure: data.waiting },
    { term: 'Oldest waiting for', figure: ageOf(data) },
    { term: 'Accounts waiting to be erased', figure: data.erasures_waiting },
  ]
  return (
    <Surface component="section" label="Queue" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="lg">
        <VerdictText {...verdictOf(data)} />
        <Figures figures={figures} />
      </Stack>
    </Surface>
  )
}
