import { EmptyState } from '#web/components/empty-state.tsx'
import { LinkButton } from '#web/components/links.tsx'
import { PageTitle } from '#web/components/page.tsx'
import { paths } from '#web/paths.ts'

export function NotFound() {
  return (
    <>
      <PageTitle title="Not found" />
      <EmptyState
        title="There is nothing here"
        action={<LinkButton to={paths.events}>See what is on</LinkButton>}
      >
        This address leads nowhere. It may have been mistyped, or what was here is over.
      </EmptyState>
    </>
  )
}
