import { Button, Group, NumberInput, PasswordInput, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { isComplete, TakeOverFields } from '#web/components/account/take-over.tsx'
import { CountedInput, CountedTextarea } from '#web/components/controls/counted.tsx'
import { useUnsaved } from '#web/components/controls/guarded.tsx'
import { FaultCount } from '#web/components/feedback/fault-count.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { emailFault } from '#web/lib/forms/form-rules.ts'
import { useAppoint, useUpdateFacilitator } from './appointing.mutations.ts'
import { type FacilitatorValues, toCreate, toUpdate, valuesOf } from './appointing.rules.ts'

type SaveProps = {
  isNew: boolean
  initial: FacilitatorValues
  isPending: boolean
  error: unknown
  onSave: (values: FacilitatorValues, onFault: (error: unknown) => void) => void
  onClose: () => void
}

export function AppointForm({ onClose }: { onClose: () => void }) {
  const { mutate, isPending, error } = useAppoint()
  return (
    <FacilitatorForm
      isNew
      initial={valuesOf(undefined)}
      isPending={isPending}
      error={error}
      onClose={onClose}
      onSave={(values, onError) => mutate(toCreate(values), { onSuccess: onClose, onError })}
    />
  )
}

export function EditFacilitatorForm({
  facilitator,
  onClose,
}: {
  facilitator: Facilitator
  onClose: () => void
}) {
  const { mutate, isPending, error } = useUpdateFacilitator(facilitator.id)
  return (
    <FacilitatorForm
      isNew={false}
      initial={valuesOf(facilitator)}
      isPending={isPending}
      error={error}
      onClose={onClose}
      onSave={(values, onError) => {
        const body = toUpdate(facilitator, values)
        if (Object.keys(body).length === 0) onClose()
        else mutate(body, { onSuccess: onClose, onError })
      }}
    />
  )
}

function FacilitatorForm({ isNew, initial, isPending, error, onSave, onClose }: SaveProps) {
  const form = useForm({
    initialValues: initial,
    validate: {
      email: (text) => (isNew ? emailFault(text) : null),
      first_name: (text) => (text.trim() ? null : 'Enter a first name.'),
    },
  })
  useUnsaved(form.isDirty())
  // The answer is about this address: another one may belong to another account.
  const [unproven, setUnproven] = useState<string>()
  const isUnproven = unproven !== undefined && unproven === form.values.email
  const { ref, focusFault, showFaults } = useFaults(form)
  const save = (values: FacilitatorValues) =>
    onSave({ ...values, isTheirs: isUnproven && values.isTheirs }, (fault) => {
      if (hasCode(fault, 'account_not_proven')) {
        setUnproven(values.email)
        form.setFieldValue('isTheirs', false)
      }
      showFaults(fault)
    })
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(save, focusFault)}>
      <Stack gap="md">
        {isNew && (
          <>
            <TextInput
              label="Email"
              type="email"
              autoComplete="off"
              data-autofocus
              {...form.getInputProps('email')}
            />
            {!isUnproven && (
              <PasswordInput
                label="First password"
                description="Only for an address that has no account yet. Ask them to change it."
                autoComplete="new-password"
                {...form.getInputProps('password')}
              />
            )}
          </>
        )}
        <Group grow preventGrowOverflow={false} align="flex-start" gap="md">
          <TextInput label="First name" {...form.getInputProps('first_name')} />
          <TextInput label="Last name (optional)" {...form.getInputProps('last_name')} />
        </Group>
        <CountedInput
          label="What they do (optional)"
          placeholder="Meditation, yoga, tai chi…"
          max={200}
          {...form.getInputProps('specialization')}
        />
        <NumberInput
          size="md"
          label="Years of practice (optional)"
          min={0}
          max={100}
          {...form.getInputProps('experience_years')}
        />
        <CountedTextarea label="About them (optional)" max={5_000} {...form.getInputProps('bio')} />
        {!isNew && (
          <Switch
            size="md"
            label="Active: leads events"
            description="When this is off, they cannot use the studio."
            {...form.getInputProps('is_active', { type: 'checkbox' })}
          />
        )}
        {isUnproven && (
          <div ref={showOnScreen}>
            <TakeOverFields
              becomes="a facilitator"
              value={form.values}
              error={form.errors.password}
              onChange={({ password, isTheirs }) => form.setValues({ password, isTheirs })}
            />
          </div>
        )}
        {!(isUnproven && hasCode(error, 'account_not_proven')) && (
          <FormError error={error} besideFields={form.errors} />
        )}
        <FaultCount errors={form.errors} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Discard changes
          </Button>
          <Button type="submit" loading={isPending} disabled={isUnproven && !isComplete(form.values)}>
            {isNew ? 'Add facilitator' : 'Save changes'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The fields appear above the button that was pressed: scroll to them. */
const showOnScreen = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' })
