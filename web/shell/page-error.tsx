import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { LinkButton } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { paths } from '#web/paths.ts'

/** For a page that failed. Code that cannot be loaded was most likely replaced by a new release: then it reloads. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const message = error instanceof Error ? error.message : ''
  const isOutdated = /dynamically imported module|module script/i.test(message)
  const retry = () => {
    if (isOutdated) return location.reload()
    reset()
    void router.invalidate()
  }
  return (
    <>
      <PageTitle title="Something went wrong" />
      <ErrorNotice
        error={error}
        retry={retry}
        action={
          <LinkButton to={paths.home} variant="subtle">
            Go to the start page
          </LinkButton>
        }
      />
    </>
  )
}
