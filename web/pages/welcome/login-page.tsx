import { getRouteApi } from '@tanstack/react-router'
import { TextLink } from '#web/components/controls/links.tsx'
import { arrive } from '#web/features/auth/arrive.ts'
import { AuthCard } from '#web/features/auth/auth-card.tsx'
import { GoogleLogIn } from '#web/features/auth/google-log-in.tsx'
import { LogInForm } from '#web/features/auth/log-in-form.tsx'
import { useHasEnded } from '#web/lib/api/use-session.ts'
import { paths } from '#web/paths.ts'

const route = getRouteApi(paths.login)

export function LoginPage() {
  const { next } = route.useSearch()
  const goOn = () => arrive(next)
  const hasEnded = useHasEnded()
  return (
    <AuthCard
      title="Welcome back"
      lead={leadOf(hasEnded, next)}
      foot={
        <>
          New here?{' '}
          <TextLink to={paths.register} search={next ? { next } : {}} underline="always">
            Create an account
          </TextLink>
        </>
      }
    >
      <LogInForm onLoggedIn={goOn} />
      <GoogleLogIn onLoggedIn={goOn} />
    </AuthCard>
  )
}

function leadOf(hasEnded: boolean, next: string | undefined): string {
  if (hasEnded)
    return 'Your session has ended: it has expired, or you were logged out from another device. Log in to go on where you were.'
  if (next) return 'Log in, and you will be taken to where you were going.'
  return 'Log in to book and to see your bookings.'
}
