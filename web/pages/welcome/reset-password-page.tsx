import { Text } from '@mantine/core'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { AuthCard } from '#web/features/auth/auth-card.tsx'
import { ResetPasswordForm } from '#web/features/auth/reset-password-form.tsx'
import { WithMail } from '#web/features/auth/with-mail.tsx'
import { useHash } from '#web/lib/use-hash.ts'
import { paths } from '#web/paths.ts'

/** The token stands behind the `#`, which no server gets to see. */
export function ResetPasswordPage() {
  const token = useHash()
  return (
    <AuthCard
      title="Set a new password"
      lead="It logs you out on every device."
      foot={
        <TextLink to={paths.login} underline="always">
          Back to the login
        </TextLink>
      }
    >
      <WithMail instead="Ask it to set a new password for your account.">
        {token ? <ResetPasswordForm token={token} /> : <NoLink />}
      </WithMail>
    </AuthCard>
  )
}

function NoLink() {
  return (
    <>
      <Text>This page is opened by the link in the mail. If you have none, ask for one.</Text>
      <LinkButton to={paths.forgotPassword} size="md">
        Get a link
      </LinkButton>
    </>
  )
}
