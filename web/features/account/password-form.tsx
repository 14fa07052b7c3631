import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { GoogleButton } from '#web/components/account/google-button.tsx'
import { FaultCount } from '#web/components/feedback/fault-count.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { newPasswordFault, PASSWORD_MIN } from '#web/lib/forms/form-rules.ts'
import { useChangePassword } from './account.mutations.ts'

export function PasswordForm({ hasPassword }: { hasPassword: boolean }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (text) => (text || !hasPassword ? null : 'Enter your current password.'),
      new_password: newPasswordFault,
    },
  })
  const [google_token, setGoogleToken] = useState<string>()
  const { mutate, isPending, error } = useChangePassword()
  const { ref, focusFault, showFaults } = useFaults(form)
  const change = ({ current_password, new_password }: typeof form.values) =>
    mutate(
      {
        new_password,
        ...(hasPassword ? { current_password } : google_token !== undefined && { google_token }),
      },
      {
        onSuccess: () => form.reset(),
        onError: (fault) => {
          setGoogleToken(undefined)
          showFaults(fault)
        },
      },
    )
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(change, focusFault)}>
      <Stack gap="md">
        <Text c="dimmed">This logs out every other device.</Text>
        <FormError error={error} besideFields={form.errors} />
        {hasPassword && (
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            key={form.key('current_password')}
            {...form.getInputProps('current_password')}
          />
        )}
        {!hasPassword && google_token === undefined && (
          <>
            <Text>Sign in with Google once more, so that nobody else sets a password for you.</Text>
            <GoogleButton onCredential={async (credential) => setGoogleToken(credential)} />
          </>
        )}
        <PasswordInput
          label="New password"
          description={`${PASSWORD_MIN} characters or more`}
          autoComplete="new-password"
          key={form.key('new_password')}
          {...form.getInputProps('new_password')}
        />
        <FaultCount errors={form.errors} />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={isPending}
            disabled={!hasPassword && google_token === undefined}
          >
            {hasPassword ? 'Change password' : 'Set a password'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
