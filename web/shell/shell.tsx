import { Outlet, useRouter } from '@tanstack/react-router'
import { Suspense, useEffect, useRef } from 'react'
import { focusHeading } from '#web/components/layout/focus-heading.ts'
import { useHasEnded, useSession } from '#web/lib/api/use-session.ts'
import { lazyComponent } from '#web/lib/load-code.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { ConnectionNotice } from './connection-notice.tsx'
import { Footer } from './footer.tsx'
import { Header } from './header.tsx'
import { PhoneBar } from './phone-bar.tsx'
import classes from './shell.module.css'

const LogInAgain = lazyComponent(
  () => import('./log-in-again.tsx'),
  (module) => module.LogInAgain,
)

export function Shell() {
  useFocusOnArrival()
  useSameSession()
  const isLoggedIn = useSession() !== undefined
  const mustLogIn = useHasEnded() && isLoggedIn
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Header />
      <ConnectionNotice />
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <Footer />
      <PhoneBar />
      {mustLogIn && (
        <Suspense fallback={null}>
          <LogInAgain />
        </Suspense>
      )}
    </div>
  )
}

/** On a new page. Not when only parameters change. */
function useFocusOnArrival(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (pathChanged && fromLocation) focusHeading()
      }),
    [router],
  )
}

/** Follows a login, a logout, or a login as somebody else, also in another tab. */
function useSameSession(): void {
  const router = useRouter()
  const userId = useSession()?.user.id
  const known = useRef(userId)
  useEffect(() => {
    const before = known.current
    known.current = userId
    if (before === userId) return
    if (userId === undefined) void router.invalidate().then(forgetOwn)
    else if (before === undefined) void queryClient.invalidateQueries()
    else void queryClient.resetQueries()
  }, [router, userId])
}

/** Empties the cache after a logout. A public page that is on the screen is read again, as strangers read it. */
function forgetOwn(): void {
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== keys.settings[0]
  queryClient.removeQueries({ type: 'inactive', predicate })
  void queryClient.resetQueries({ predicate })
}
