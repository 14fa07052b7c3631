import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { paths } from '#web/paths.ts'
import { useDeleteAccount } from './account.mutations.ts'

/** Typed to confirm by users without a password. */
const CONFIRMATION = 'DELETE'

export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const [isOpen, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" c="var(--bad)" onClick={open} aria-haspopup="dialog">
        Delete account
      </Button>
      <Modal opened={isOpen} onClose={close} title="Delete your account?">
        <Confirmation hasPassword={hasPassword} onClose={close} />
      </Modal>
    </>
  )
}

function Confirmation({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
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
