import { LinkButton } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
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
