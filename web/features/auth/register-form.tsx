import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { FaultCount } from '#web/components/feedback/fault-count.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { emailFault, newPasswordFault, PASSWORD_MIN } from '#web/lib/forms/form-rules.ts'
import { useRegister } from './auth.mutations.ts'

export function RegisterForm({ onRegistered }: { onRegistered: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { first_name: '', last_name: '', email: '', phone: '', password: '' },
    validate: {
      first_name: (text) => (text.trim() ? null : 'Enter your first name.'),
      email: emailFault,
      password: newPasswordFault,
    },
  })
  const { mutate, isPending, error } = useRegister(onRegistered)
  const { ref, focusFault, showFaults } = useFaults(form)
  const register = (values: typeof form.values) =>
    mutate(values, {
      onError: showFaults,
    })
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(register, focusFault)}>
      <Stack gap="md">
        <FormError error={error} besideFields={form.errors} />
        <Group grow align="flex-start" preventGrowOverflow={false} gap="md">
          <TextInput
            label="First name"
            autoComplete="given-name"
            key={form.key('first_name')}
            {...form.getInputProps('first_name')}
          />
          <TextInput
            label="Last name (optional)"
            autoComplete="family-name"
            key={form.key('last_name')}
            {...form.getInputProps('last_name')}
          />
        </Group>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <TextInput
          label="Phone (optional)"
          type="tel"
          autoComplete="tel"
          key={form.key('phone')}
          {...form.getInputProps('phone')}
        />
        <PasswordInput
          label="Password"
          description={`${PASSWORD_MIN} characters or more`}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FaultCount errors={form.errors} />
        <Button type="submit" size="md" loading={isPending}>
          Create account
        </Button>
      </Stack>
    </form>
  )
}
