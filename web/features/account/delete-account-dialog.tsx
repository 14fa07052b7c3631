import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { paths } from '#web/paths.ts'
import { useDeleteAccount } from './account.mutations.ts'

/** Typed to confirm by users without a password. */
const CONFIRMATION = 'DELETE'

type Props = { hasPassword: boolean; onClose: () => void }

export function DeleteAccountDialog({ isOpen, ...props }: Props & { isOpen: boolean }) {
  return (
    <Modal opened={isOpen} onClose={props.onClose} title="Delete your account?">
      <Confirmation {...props} />
    </Modal>
  )
}

function Confirmation({ hasPassword, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const navigate = useNavigate()
  const { mutate, isPending, error } = useDeleteAccount(() => void navigate({ to: paths.home }))
  const confirm = () => mutate(hasPassword ? { password: typed } : { confirm: typed })
  const field = {
    value: typed,
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => setTyped(currentTarget.value),
  }
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        confirm()
      }}
    >
      <Stack>
        <Text>
          Your upcoming bookings are cancelled, and your personal data is erased, also from the contacts of
          the facilitators. This cannot be undone.
        </Text>
        <FormError error={error} />
        {hasPassword ? (
          <PasswordInput label="Current password" autoComplete="current-password" {...field} />
        ) : (
          <TextInput label={`Type ${CONFIRMATION} to confirm`} autoComplete="off" {...field} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep my account
          </Button>
          <Button type="submit" loading={isPending} disabled={typed === ''}>
            Delete my account
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
