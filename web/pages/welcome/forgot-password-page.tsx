import { TextLink } from '#web/components/controls/links.tsx'
import { AuthCard } from '#web/features/auth/auth-card.tsx'
import { ForgotPasswordForm } from '#web/features/auth/forgot-password-form.tsx'
import { WithMail } from '#web/features/auth/with-mail.tsx'
import { paths } from '#web/paths.ts'

export function ForgotPasswordPage() {
  return (
    <AuthCard
      title="Forgot your password?"
      lead="With a link that we mail to you, you set a new one."
      foot={
        <TextLink to={paths.login} underline="always">
          Back to the login
        </TextLink>
      }
    >
      <WithMail instead="Ask it to set a new password for your account.">
        <ForgotPasswordForm />
      </WithMail>
    </AuthCard>
  )
}
