import { Group } from '@mantine/core'
import { LinkButton } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { useSession } from '#web/lib/api/use-session.ts'
import { paths } from '#web/paths.ts'

/** For the address of a page that the reader has no access to. */
export function NoAccess() {
  const user = useSession()?.user
  return (
    <>
      <PageTitle title="No access" />
      <EmptyState
        title="You don’t have access"
        action={
          <Group gap="sm" justify="center">
            <LinkButton to={paths.events}>See what is on</LinkButton>
            <LinkButton to={paths.bookings} variant="default">
              Your bookings
            </LinkButton>
          </Group>
        }
      >
        This page is for facilitators and admins. {user && `You are logged in as ${user.email}.`} If you need
        access, ask an admin.
      </EmptyState>
    </>
  )
}
