import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Gone } from '#web/components/feedback/gone.tsx'
import pageClasses from '#web/components/layout/page.module.css'
import { PageTitle } from '#web/components/layout/page.tsx'
import { WithLinks } from '#web/components/layout/with-links.tsx'
import { useBooked } from '#web/features/bookings/use-booked.ts'
import { Agenda, AgendaSkeleton } from '#web/features/events/agenda/agenda.tsx'
import { eventPageQuery } from '#web/features/events/event.queries.ts'
import { useLiveSeats } from '#web/features/events/use-live-seats.ts'
import { facilitatorQuery } from '#web/features/facilitators/facilitator.queries.ts'
import { experienceInWords } from '#web/features/facilitators/facilitator.rules.ts'
import { Portrait } from '#web/features/facilitators/portrait.tsx'
import { isGone } from '#web/lib/api/api-error.ts'
import { readId } from '#web/lib/search-params.ts'
import { paths } from '#web/paths.ts'

const route = getRouteApi(paths.facilitator)

export function FacilitatorPage() {
  const id = readId(route.useParams().id)
  return id === undefined ? <GoneFacilitator /> : <KnownFacilitator id={id} />
}

const goOn = <LinkButton to={paths.facilitators}>See all facilitators</LinkButton>

function GoneFacilitator() {
  return <Gone noun="facilitator" action={goOn} />
}

function KnownFacilitator({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(facilitatorQuery(id))
  useLiveSeats()
  if (isGone(error)) return <GoneFacilitator />
  if (error && !data) {
    return (
      <>
        <PageTitle title="Facilitator" />
        <ErrorNotice error={error} retry={refetch} action={goOn} />
      </>
    )
  }
  return (
    <Stack className={pageClasses.wide} gap={48}>
      <PageTitle title={data?.facilitator.name ?? 'Facilitator'} />
      <Stack gap="lg">
        <TextLink to={paths.facilitators} c="dimmed" size="sm" style={{ alignSelf: 'start' }}>
          ← Facilitators
        </TextLink>
        {data ? (
          <Group gap="xl" align="flex-start">
            <Portrait facilitator={data.facilitator} size={132} />
            <Stack gap={6} flex="1 1 18rem">
              <Title order={1} dir="auto">
                {data.facilitator.name}
              </Title>
              <Text c="dimmed" dir="auto">
                {experienceInWords(data.facilitator)}
              </Text>
              {data.facilitator.bio && (
                <Text fz="lg" maw="58ch" mt="xs" dir="auto" style={{ whiteSpace: 'pre-line' }}>
                  <WithLinks text={data.facilitator.bio} />
                </Text>
              )}
            </Stack>
          </Group>
        ) : (
          <Skeleton height={132} radius="lg" role="status" aria-label="Loading the facilitator" />
        )}
      </Stack>
      <Ahead facilitatorId={id} />
    </Stack>
  )
}

function Ahead({ facilitatorId }: { facilitatorId: number }) {
  const booked = useBooked()
  const { data, error, refetch } = useQuery(eventPageQuery({ facilitator: facilitatorId }))
  return (
    <section>
      <Group justify="space-between" align="baseline" mb="lg">
        <Title order={2}>Upcoming events</Title>
        {data && data.pagination.pages > 1 && (
          <TextLink to={paths.events} search={{ facilitator: facilitatorId }} underline="always">
            All {data.pagination.total}
          </TextLink>
        )}
      </Group>
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && <AgendaSkeleton rows={4} />}
      {data?.events.length === 0 && (
        <EmptyState
          title="Nothing planned"
          action={<LinkButton to={paths.events}>See what else is on</LinkButton>}
        >
          They have no event open for booking at the moment.
        </EmptyState>
      )}
      {data && <Agenda events={data.events} booked={booked} headingOrder={3} />}
    </section>
  )
}
