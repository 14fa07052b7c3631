import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { ErrorNotice } from '#web/components/error-notice.tsx'
import { LinkButton } from '#web/components/links.tsx'
import { PageTitle } from '#web/components/page.tsx'
import { paths } from '#web/paths.ts'

/** A page that broke. A part of it that could not be loaded was most likely replaced by a newer version. */
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
