import { Button, Stack, Text } from '@mantine/core'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { useVerifyEmail } from '#web/features/account/account.mutations.ts'
import { AuthCard } from '#web/features/auth/auth-card.tsx'
import { LogInForm } from '#web/features/auth/log-in-form.tsx'
import { WithMail } from '#web/features/auth/with-mail.tsx'
import { useSession } from '#web/lib/api/use-session.ts'
import { useHash } from '#web/lib/use-hash.ts'
import { paths } from '#web/paths.ts'

/** The token stands behind the `#`. A button uses it: programs that look at mails open links. */
export function VerifyEmailPage() {
  const token = useHash()
  const user = useSession()?.user
  return (
    <AuthCard
      title="Confirm your e-mail address"
      lead={user ? `You are logged in as ${user.email}.` : 'Log in to the account that the mail is about.'}
      foot={
        <TextLink to={paths.profile} underline="always">
          To your profile
        </TextLink>
      }
    >
      <WithMail instead="So there is nothing to confirm, and everything works without it.">
        {!token && <Text>This page is opened by the link in the mail. Your profile sends it again.</Text>}
        {token && !user && <LogInForm onLoggedIn={() => {}} />}
        {token && user && <Confirm token={token} />}
      </WithMail>
    </AuthCard>
  )
}

function Confirm({ token }: { token: string }) {
  const { mutate, isPending, isSuccess, error } = useVerifyEmail()
  if (isSuccess)
    return (
      <Stack gap="md">
        <Text role="status">Thank you: your e-mail address is confirmed.</Text>
        <LinkButton to={paths.events} replace size="md">
          See what is on
        </LinkButton>
      </Stack>
    )
  return (
    <Stack gap="md">
      <FormError error={error} />
      <Button size="md" loading={isPending} onClick={() => mutate(token)}>
        Confirm address
      </Button>
    </Stack>
  )
}
