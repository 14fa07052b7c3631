import { getRouteApi } from '@tanstack/react-router'
import { TextLink } from '#web/components/controls/links.tsx'
import { arrive } from '#web/features/auth/arrive.ts'
import { AuthCard } from '#web/features/auth/auth-card.tsx'
import { GoogleLogIn } from '#web/features/auth/google-log-in.tsx'
import { RegisterForm } from '#web/features/auth/register-form.tsx'
import { paths } from '#web/paths.ts'

const route = getRouteApi(paths.register)

export function RegisterPage() {
  const { next } = route.useSearch()
  const goOn = () => arrive(next)
  return (
    <AuthCard
      title="Create an account"
      lead="One account for all your bookings."
      foot={
        <>
          Already have an account?{' '}
          <TextLink to={paths.login} search={next ? { next } : {}} underline="always">
            Log in instead
          </TextLink>
        </>
      }
    >
      <RegisterForm onRegistered={goOn} />
      <GoogleLogIn onLoggedIn={goOn} />
    </AuthCard>
  )
}
