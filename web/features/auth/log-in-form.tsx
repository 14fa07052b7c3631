import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { TextLink } from '#web/components/controls/links.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { useFaultFocus } from '#web/lib/forms/form-faults.ts'
import { paths } from '#web/paths.ts'
import { useLogIn } from './auth.mutations.ts'
import { typedPerson } from './typed-person.ts'

type Props = {
  /** Of the account that was logged in before. */
  email?: string | undefined
  onLoggedIn: () => void
}

export function LogInForm({ email = '', onLoggedIn }: Props) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email, password: '' },
    validate: {
      email: (text) => (text.trim() ? null : 'Enter the e-mail address of your account.'),
      password: (text) => (text ? null : 'Enter your password.'),
    },
  })
  const { mutate, isPending, error } = useLogIn(onLoggedIn)
  const { ref, focusFault } = useFaultFocus()
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit((values) => mutate(values), focusFault)}>
      <Stack gap="md">
        <FormError error={error} />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          data-autofocus={email !== '' || undefined}
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <TextLink
          to={paths.forgotPassword}
          size="sm"
          underline="always"
          w="fit-content"
          onClick={() => typedPerson.write({ ...typedPerson.read(), email: form.getValues().email })}
        >
          Forgot your password?
        </TextLink>
        <Button type="submit" size="md" loading={isPending}>
          Log in
        </Button>
      </Stack>
    </form>
  )
}
