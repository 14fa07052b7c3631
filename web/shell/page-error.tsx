import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { LinkButton } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { hasCode, isOffline } from '#web/lib/api/api-error.ts'
import { paths } from '#web/paths.ts'

/**
 * For a page that failed. Code that cannot be loaded was most likely replaced by a new release: then it reloads. It also
 * reloads when the connection is back, because React keeps a failure to load code.
 */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const message = error instanceof Error ? error.message : ''
  useEffect(() => {
    const reload = () => location.reload()
    addEventListener('online', reload)
    return () => removeEventListener('online', reload)
  }, [])
  const isOutdated = /dynamically imported module|module script/i.test(message)
  const retry = () => {
    // A reload would leave the browser's own page, which does not come back by itself.
    if (isOffline()) return
    if (isOutdated || hasCode(error, 'offline')) return location.reload()
    reset()
    void router.invalidate()
  }
  return (
    <>
      <PageTitle title={hasCode(error, 'offline') ? 'Offline' : 'Something went wrong'} />
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
