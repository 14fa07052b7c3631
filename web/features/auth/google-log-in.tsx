import { GoogleButton } from '#web/components/account/google-button.tsx'
import { logInWithGoogle } from './auth.mutations.ts'

export function GoogleLogIn({ onLoggedIn }: { onLoggedIn: () => void }) {
  return <GoogleButton onCredential={(credential) => logInWithGoogle(credential).then(onLoggedIn)} />
}
