import { useQuery } from '@tanstack/react-query'
import { Outlet, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { LinkButton } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { StudioProvider } from '#web/features/facilitators/studio.tsx'
import { accountQuery } from '#web/lib/queries/account.queries.ts'
import { facilitatorsQuery } from '#web/lib/queries/facilitators.queries.ts'
import { type Role, runsEvents, useRole } from '#web/lib/queries/use-role.ts'
import { paths } from '#web/paths.ts'
import { PagePending } from '#web/shell/page-pending.tsx'
import { NoAccess } from './no-access.tsx'
import { StudioNav } from './studio-nav.tsx'

/** The pages of facilitators, which admins see too. */
export function StudioGate() {
  return <Gate isOpenTo={runsEvents}>{(role) => <Studio role={role} />}</Gate>
}

/** The pages of admins. */
export function AdminGate() {
  return <Gate isOpenTo={({ isAdmin }) => isAdmin}>{() => <Outlet />}</Gate>
}

type GateProps = { isOpenTo: (role: Role) => boolean; children: (role: Role) => ReactNode }

function Gate({ isOpenTo, children }: GateProps) {
  const role = useRole()
  const { error, refetch } = useQuery(accountQuery)
  if (!role) return error ? <ErrorNotice error={error} retry={refetch} /> : <PagePending />
  if (!isOpenTo(role)) return <NoAccess />
  return (
    <>
      <StudioNav role={role} />
      {children(role)}
    </>
  )
}

function Studio({ role: { isAdmin, facilitator } }: { role: Role }) {
  const { of } = useSearch({ strict: false })
  const { data, error, refetch } = useQuery({ ...facilitatorsQuery, enabled: isAdmin })
  if (!isAdmin) return facilitator && <StudioPages facilitator={facilitator} choices={[]} />
  if (!data) return error ? <ErrorNotice error={error} retry={refetch} /> : <PagePending />
  const chosen = data.find(({ id }) => id === of) ?? data.find(({ id }) => id === facilitator?.id) ?? data[0]
  return chosen ? <StudioPages facilitator={chosen} choices={data} /> : <NobodyYet />
}

function StudioPages(studio: Parameters<typeof StudioProvider>[0]['value'] & object) {
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
        title="No facilitators yet"
        action={<LinkButton to={paths.adminFacilitators}>Add a facilitator</LinkButton>}
      >
        Add a facilitator to see their events and bookings here.
      </EmptyState>
    </>
  )
}
