import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { useFaultFocus } from '#web/lib/forms/form-faults.ts'
import { emailFault } from '#web/lib/forms/form-rules.ts'
import { useForgotPassword } from './auth.mutations.ts'
import { typedPerson } from './typed-person.ts'

export function ForgotPasswordForm() {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: typedPerson.read()?.email ?? '' },
    validate: { email: emailFault },
  })
  const { mutate, isPending, isSuccess, error, variables } = useForgotPassword()
  const { ref, focusFault } = useFaultFocus()
  if (isSuccess)
    return (
      <Text role="status">
        If there is an account with {variables}, a link is on its way to it. It works for one hour. If nothing
        arrives, look for it in the spam folder, and check that the address is right.
      </Text>
    )
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(({ email }) => mutate(email.trim()), focusFault)}>
      <Stack gap="md">
        <FormError error={error} />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <Button type="submit" size="md" loading={isPending}>
          Mail me a link
        </Button>
      </Stack>
    </form>
  )
}
