import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { LinkButton } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Figures } from '#web/components/layout/figures.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { useLiveCrm } from '#web/features/crm/use-live-crm.ts'
import classes from '#web/features/dashboard/dashboard.module.css'
import { dashboardQuery } from '#web/features/dashboard/dashboard.queries.ts'
import { FillRates, Panel, PopularEvents, RecentBookings } from '#web/features/dashboard/panels.tsx'
import { ShareChart, TrendChart } from '#web/features/dashboard/trend-chart.tsx'
import { shareOf, trendInWords } from '#web/features/dashboard/trends.rules.ts'
import { useLiveEvents } from '#web/features/events/use-live-events.ts'
import { StudioChoice, useStudio } from '#web/features/facilitators/studio.tsx'
import type { FacilitatorDashboard } from '#web/lib/api/contract.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { useRole } from '#web/lib/queries/use-role.ts'
import { refresh } from '#web/lib/query-client.ts'
import { useBatched } from '#web/lib/use-batched.ts'
import { paths } from '#web/paths.ts'

export function DashboardPage() {
  const { facilitator } = useStudio()
  const user = useSession()?.user
  const isOwn = useRole()?.facilitator?.id === facilitator.id
  const query = dashboardQuery(facilitator.id)
  const { data, error, refetch } = useQuery(query)
  const refreshDashboard = () => void refresh(query.queryKey)
  useLiveCrm(facilitator.id, refreshDashboard)
  useLiveEvents({ onSeats: useBatched(refreshDashboard) })
  return (
    <Page
      title={`Hello, ${user?.first_name ?? facilitator.first_name}`}
      lead={`How ${isOwn ? 'your events' : `the events of ${facilitator.name}`} are doing. Updates automatically. Bookings that were cancelled later are counted, too.`}
      actions={<StudioChoice />}
    >
      {error && !data && (
        <ErrorNotice
          error={error}
          retry={refetch}
          action={
            <LinkButton to={paths.manageEvents} variant="subtle">
              Go to your events
            </LinkButton>
          }
        />
      )}
      {!data && !error && (
        <Stack gap="lg" role="status" aria-label="Loading the dashboard" aria-busy="true">
          <Skeleton height={72} />
          <Skeleton height={330} radius="lg" />
        </Stack>
      )}
      {data && <Shown dashboard={data} />}
    </Page>
  )
}

function Shown({ dashboard }: { dashboard: FacilitatorDashboard }) {
  const { summary, booking_trends, popular_events, recent_bookings, upcoming } = dashboard
  const { sessions, retreats } = booking_trends.sessions_vs_retreats
  const taken = upcoming.reduce((sum, { current_participants }) => sum + current_participants, 0)
  const seats = upcoming.reduce((sum, { max_participants }) => sum + max_participants, 0)
  const figures = [
    { term: 'Bookings in all', figure: summary.total_bookings },
    { term: 'In the last 7 days', figure: summary.recent_bookings_count },
    { term: 'People', figure: summary.unique_users },
    { term: 'Seats taken, next events', figure: `${shareOf(taken, seats)} %` },
  ]
  return (
    <Stack gap="xl">
      <Figures figures={figures} size="large" />
      <div className={classes.panels}>
        <Stack gap="lg">
          {booking_trends.daily && (
            <Panel title="Bookings over time">
              <TrendChart daily={booking_trends.daily} />
              <Text size="sm" c="dimmed">
                {trendInWords(booking_trends.daily)}
              </Text>
            </Panel>
          )}
          <Panel title="Seats taken at the next events">
            <FillRates events={upcoming} />
          </Panel>
        </Stack>
        <Stack gap="lg">
          <Panel title="Sessions and retreats">
            {sessions + retreats > 0 && <ShareChart sessions={sessions} retreats={retreats} />}
            <Text size="sm" c="dimmed" ta="center">
              {sessions + retreats === 0 ? 'No bookings yet.' : `Sessions ${sessions}, retreats ${retreats}`}
            </Text>
          </Panel>
          <Panel title="Most booked">
            <PopularEvents events={popular_events} />
          </Panel>
          <Panel title="Latest bookings">
            <RecentBookings bookings={recent_bookings} />
          </Panel>
        </Stack>
      </div>
    </Stack>
  )
}
