import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { newPasswordFault, PASSWORD_MIN } from '#web/lib/forms/form-rules.ts'
import { paths } from '#web/paths.ts'
import { useResetPassword } from './auth.mutations.ts'

export function ResetPasswordForm({ token }: { token: string }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: newPasswordFault },
  })
  const { mutate, isPending, isSuccess, error } = useResetPassword()
  const { ref, focusFault, showFaults } = useFaults(form)
  if (isSuccess)
    return (
      <Stack gap="md">
        <Text role="status">Your new password is set, and every device is logged out.</Text>
        <LinkButton to={paths.login} replace size="md">
          Log in
        </LinkButton>
      </Stack>
    )
  const set = ({ password }: { password: string }) => mutate({ token, password }, { onError: showFaults })
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(set, focusFault)}>
      <Stack gap="md">
        <FormError error={error} besideFields={form.errors} />
        {hasCode(error, 'link_invalid') && (
          <TextLink to={paths.forgotPassword} underline="always">
            Get a new link
          </TextLink>
        )}
        <PasswordInput
          label="New password"
          description={`${PASSWORD_MIN} characters or more`}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" loading={isPending}>
          Set password
        </Button>
      </Stack>
    </form>
  )
}
