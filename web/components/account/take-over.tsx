import { Alert, Checkbox, PasswordInput, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { newPasswordFault, PASSWORD_MIN } from '#web/lib/forms/form-rules.ts'

export type TakeOver = { password: string; isTheirs: boolean }
export const NOT_TAKEN_OVER: TakeOver = { password: '', isTheirs: false }

export const isComplete = ({ password, isTheirs }: TakeOver): boolean =>
  isTheirs && newPasswordFault(password) === null

type Props = {
  becomes: string
  value: TakeOver
  error?: ReactNode
  onChange: (value: TakeOver) => void
}

/**
 * Shown before a role is given to an account whose e-mail address is not confirmed, because a stranger may have opened it:
 * the admin sets a new password, which logs the stranger out.
 */
export function TakeOverFields({ becomes, value, error, onChange }: Props) {
  return (
    <Stack gap="md">
      <Alert variant="default" color="gray" radius="md" title="This address is not confirmed" role="status">
        <Text size="sm">
          An account with this address exists, but nobody has shown that the address is theirs: a stranger may
          have opened it. If you know whose it is, set a new password and tell it to them. Everybody who uses
          the account now is logged out, and only the person with the new password becomes {becomes}.
        </Text>
      </Alert>
      <PasswordInput
        label="New password"
        description={`${PASSWORD_MIN} characters or more. Ask them to change it.`}
        autoComplete="new-password"
        error={error}
        value={value.password}
        onChange={({ currentTarget }) => onChange({ ...value, password: currentTarget.value })}
      />
      <Checkbox
        label="I know the person, and this is their address"
        checked={value.isTheirs}
        onChange={({ currentTarget }) => onChange({ ...value, isTheirs: currentTarget.checked })}
      />
    </Stack>
  )
}
