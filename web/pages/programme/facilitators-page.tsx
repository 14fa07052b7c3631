import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Page } from '#web/components/layout/page.tsx'
import classes from '#web/features/facilitators/facilitator-card.module.css'
import { FacilitatorCard } from '#web/features/facilitators/facilitator-card.tsx'
import { facilitatorsQuery } from '#web/lib/queries/facilitators.queries.ts'

export function FacilitatorsPage() {
  const { data, error, refetch } = useQuery(facilitatorsQuery)
  return (
    <Page title="Facilitators" lead="The people who lead our sessions and retreats.">
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && (
        <div className={classes.grid} role="status" aria-label="Loading facilitators" aria-busy="true">
          {['a', 'b', 'c', 'd'].map((key) => (
            <Skeleton key={key} height={190} radius="lg" />
          ))}
        </div>
      )}
      {data?.length === 0 && (
        <EmptyState title="No facilitators yet">
          Facilitators are listed here as soon as there are any.
        </EmptyState>
      )}
      {data && (
        <div className={classes.grid}>
          {data.map((facilitator) => (
            <FacilitatorCard key={facilitator.id} facilitator={facilitator} />
          ))}
        </div>
      )}
    </Page>
  )
}
