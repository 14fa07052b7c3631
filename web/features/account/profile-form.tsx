import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useState } from 'react'
import { ChangedElsewhere } from '#web/components/feedback/changed-elsewhere.tsx'
import { FaultCount } from '#web/components/feedback/fault-count.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import type { User } from '#web/lib/api/contract.ts'
import { readDraft, writeDraft } from '#web/lib/forms/drafts.ts'
import { changesIn, followed } from '#web/lib/forms/follow.rules.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { emailFault } from '#web/lib/forms/form-rules.ts'
import { useFollow } from '#web/lib/forms/use-follow.ts'
import { useUpdateProfile } from './account.mutations.ts'
import { changesOf } from './profile.rules.ts'

export function ProfileForm({ user, hasPassword }: { user: User; hasPassword: boolean }) {
  const [kept] = useState(() => readDraft<Partial<Editable>>(DRAFT))
  const initial = { ...editable(user), current_password: '' }
  const form = useForm({
    initialValues: { ...initial, ...kept },
    validate: {
      first_name: (text) => (text.trim() ? null : 'Enter your first name.'),
      email: emailFault,
    },
  })
  const hasFollowed = useFollow(form, initial)
  useEffect(() => {
    const { current_password: _, ...typed } = form.values
    writeDraft(DRAFT, changesIn(typed, editable(user)))
  }, [form.values, user])
  const { mutate, isPending, error } = useUpdateProfile()
  const changes = changesOf(user, form.values)
  const movesAddress = changes.email !== undefined
  const { ref, focusFault, showFaults } = useFaults(form)
  const save = (sent: typeof form.values) =>
    mutate(changes, {
      // What was typed meanwhile stays.
      onSuccess({ user: saved }) {
        form.setValues(followed(form.getValues(), sent, { ...editable(saved), current_password: '' }))
      },
      onError: showFaults,
    })
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(save, focusFault)}>
      <Stack gap="md">
        {hasFollowed && <ChangedElsewhere />}
        <FormError error={error} besideFields={form.errors} />
        <Group grow align="flex-start" preventGrowOverflow={false} gap="md">
          <TextInput label="First name" autoComplete="given-name" {...form.getInputProps('first_name')} />
          <TextInput
            label="Last name (optional)"
            autoComplete="family-name"
            {...form.getInputProps('last_name')}
          />
        </Group>
        <TextInput label="Email" type="email" autoComplete="email" {...form.getInputProps('email')} />
        {movesAddress && hasPassword && (
          <PasswordInput
            label="Current password"
            description="Changing your address needs your password."
            autoComplete="current-password"
            {...form.getInputProps('current_password')}
          />
        )}
        <TextInput label="Phone (optional)" type="tel" autoComplete="tel" {...form.getInputProps('phone')} />
        <FaultCount errors={form.errors} />
        <Group>
          <Button type="submit" loading={isPending} disabled={Object.keys(changes).length === 0}>
            Save changes
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Without the password, which is not kept. */
const DRAFT = 'profile'

type Editable = ReturnType<typeof editable>

const editable = ({ first_name, last_name, email, phone }: User) => ({
  first_name,
  last_name,
  email,
  phone: phone ?? '',
})
