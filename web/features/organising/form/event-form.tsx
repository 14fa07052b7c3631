import { Button, Group, NumberInput, SegmentedControl, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ReactNode, useId } from 'react'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { showFaults } from '#web/lib/form-faults.ts'
import { type EventValues, faultsOf } from './event-form.rules.ts'
import { RepeatFields } from './repeat-fields.tsx'
import { endAfterMove, fromWall, isWall } from './wall-time.ts'
import { ZoneField } from './zone-field.tsx'

type Props = {
  initial: EventValues
  canRepeat: boolean
  submitLabel: string
  isPending: boolean
  error: unknown
  /** The choice of which events of a series change. */
  scope?: ReactNode
  onSave: (values: EventValues, onFault: (error: unknown) => void) => void
  onClose: () => void
}

export function EventForm({ initial, canRepeat, submitLabel, isPending, error, scope, ...on }: Props) {
  const form = useForm({
    initialValues: initial,
    validate: (values) => faultsOf(values, initial, serverNow()),
  })
  const typeLabel = useId()
  const { start_datetime: start, end_datetime: end, timezone } = form.values
  const moveStart = (moved: string) => {
    if (isWall(start) && isWall(end) && isWall(moved))
      form.setFieldValue('end_datetime', endAfterMove(start, end, moved))
    form.setFieldValue('start_datetime', moved)
  }
  const save = (values: EventValues) => on.onSave(values, (fault) => showFaults(form, fault))
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack gap="md">
        <TextInput label="Title" maxLength={200} data-autofocus {...form.getInputProps('title')} />
        <div>
          <span id={typeLabel} className="visually-hidden">
            Type
          </span>
          <SegmentedControl
            aria-labelledby={typeLabel}
            radius="xl"
            data={[
              { value: 'SESSION', label: 'Session' },
              { value: 'RETREAT', label: 'Retreat' },
            ]}
            {...form.getInputProps('event_type')}
          />
        </div>
        <Textarea label="Description (optional)" maxLength={5_000} {...form.getInputProps('description')} />
        <Group grow preventGrowOverflow={false} align="flex-start" gap="md">
          <TextInput
            label="Begins"
            type="datetime-local"
            {...form.getInputProps('start_datetime')}
            onChange={({ currentTarget }) => moveStart(currentTarget.value)}
          />
          <TextInput label="Ends" type="datetime-local" {...form.getInputProps('end_datetime')} />
        </Group>
        <ZoneField
          value={timezone}
          stored={initial.timezone}
          start={isWall(start) ? fromWall(start, timezone) : undefined}
          error={form.errors.timezone}
          onChange={(zone) => form.setFieldValue('timezone', zone)}
        />
        {canRepeat && isWall(start) && (
          <RepeatFields
            value={form.values.recurrence}
            start={start}
            error={form.errors.recurrence}
            onChange={(recurrence) => form.setFieldValue('recurrence', recurrence)}
          />
        )}
        <TextInput
          label="Place (optional)"
          description="Leave empty for an online event."
          maxLength={200}
          {...form.getInputProps('location')}
        />
        <TextInput
          label="Online link (optional)"
          description="Only those who have booked see it."
          type="url"
          placeholder="https://"
          {...form.getInputProps('virtual_link')}
        />
        <Group grow preventGrowOverflow={false} align="flex-start" gap="md">
          <NumberInput
            size="md"
            label="Seats"
            min={1}
            max={10_000}
            {...form.getInputProps('max_participants')}
          />
          <NumberInput size="md" label="Price" min={0} decimalScale={2} {...form.getInputProps('price')} />
          <NumberInput
            size="md"
            label="Cancel until … hours before"
            min={0}
            max={8_760}
            {...form.getInputProps('cancellation_deadline_hours')}
          />
        </Group>
        <Textarea
          label="What to bring or know (optional)"
          maxLength={2_000}
          {...form.getInputProps('requirements')}
        />
        {scope}
        <FormError error={error} besideFields={form.errors} />
        <Group justify="flex-end">
          <Button variant="default" onClick={on.onClose}>
            Discard changes
          </Button>
          <Button type="submit" loading={isPending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
