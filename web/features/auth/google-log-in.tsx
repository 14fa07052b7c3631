import { GoogleButton } from '#web/components/account/google-button.tsx'
import { logInWithGoogle } from './auth.mutations.ts'

type Props = { onLoggedIn: () => void } | { logIn: (credential: string) => void }

/** `logIn`: for those who do more with the ID token than to log in. */
export function GoogleLogIn(props: Props) {
  return (
    <GoogleButton
      onCredential={async (credential) => {
        if ('logIn' in props) return props.logIn(credential)
        await logInWithGoogle(credential)
        props.onLoggedIn()
      }}
    />
  )
}
