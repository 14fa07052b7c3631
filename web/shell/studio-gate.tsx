import { useQuery } from '@tanstack/react-query'
import { Outlet, useSearch } from '@tanstack/react-router'
import { EmptyState } from '#web/components/empty-state.tsx'
import { ErrorNotice } from '#web/components/error-notice.tsx'
import { LinkButton } from '#web/components/links.tsx'
import { PageTitle } from '#web/components/page.tsx'
import { accountQuery } from '#web/features/account/account.queries.ts'
import { type Role, runsEvents, useRole } from '#web/features/account/use-role.ts'
import { facilitatorsQuery } from '#web/features/facilitators/facilitator.queries.ts'
import { StudioProvider } from '#web/features/facilitators/studio.tsx'
import { paths } from '#web/paths.ts'
import { NotYours } from './not-yours.tsx'
import { PagePending } from './page-pending.tsx'
import { StudioNav } from './studio-nav.tsx'

/** The rooms of those who run events. */
export function StudioGate() {
  const role = useRole()
  const { error, refetch } = useQuery(accountQuery)
  if (!role) return error ? <ErrorNotice error={error} retry={refetch} /> : <PagePending />
  if (!runsEvents(role)) return <NotYours />
  return (
    <>
      <StudioNav role={role} />
      <Studio role={role} />
    </>
  )
}

/** And of those who run the place. */
export function AdminGate() {
  const role = useRole()
  const { error, refetch } = useQuery(accountQuery)
  if (!role) return error ? <ErrorNotice error={error} retry={refetch} /> : <PagePending />
  if (!role.isAdmin) return <NotYours />
  return (
    <>
      <StudioNav role={role} />
      <Outlet />
    </>
  )
}

function Studio({ role: { isAdmin, facilitator } }: { role: Role }) {
  const { of } = useSearch({ strict: false })
  const { data, error, refetch } = useQuery({ ...facilitatorsQuery, enabled: isAdmin })
  if (!isAdmin) return facilitator && <Room facilitator={facilitator} choices={[]} />
  if (!data) return error ? <ErrorNotice error={error} retry={refetch} /> : <PagePending />
  const chosen = data.find(({ id }) => id === of) ?? data.find(({ id }) => id === facilitator?.id) ?? data[0]
  return chosen ? <Room facilitator={chosen} choices={data} /> : <NobodyYet />
}

function Room(studio: Parameters<typeof StudioProvider>[0]['value'] & object) {
  return (
    <StudioProvider value={studio}>
      <Outlet />
    </StudioProvider>
  )
}

function NobodyYet() {
  return (
    <>
      <PageTitle title="Studio" />
      <EmptyState
        title="Nobody leads events yet"
        action={<LinkButton to={paths.adminFacilitators}>Add a facilitator</LinkButton>}
      >
        As soon as there is a facilitator, their events and bookings are found here.
      </EmptyState>
    </>
  )
}
