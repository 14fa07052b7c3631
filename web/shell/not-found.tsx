import { LinkButton } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { paths } from '#web/paths.ts'

export function NotFound() {
  return (
    <>
      <PageTitle title="Page not found" />
      <EmptyState title="Page not found" action={<LinkButton to={paths.events}>See what is on</LinkButton>}>
        The address may be mistyped, or the page may have been removed.
      </EmptyState>
    </>
  )
}
