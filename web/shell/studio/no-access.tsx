import { Group } from '@mantine/core'
import { LinkButton } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { useSession } from '#web/lib/api/use-session.ts'
import { paths } from '#web/paths.ts'

/** For whoever has typed an address of a room that is not theirs. */
export function NotYours() {
  const user = useSession()?.user
  return (
    <>
      <PageTitle title="Not yours" />
      <EmptyState
        title="This room is not yours"
        action={
          <Group gap="sm" justify="center">
            <LinkButton to={paths.events}>See what is on</LinkButton>
            <LinkButton to={paths.bookings} variant="default">
              Your bookings
            </LinkButton>
          </Group>
        }
      >
        It belongs to those who run events here. {user && `You are logged in as ${user.email}.`} If you should
        be able to enter, ask whoever looks after the studio.
      </EmptyState>
    </>
  )
}
