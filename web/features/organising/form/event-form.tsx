import { Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type ReactNode, useId, useState } from 'react'
import { CountedInput, CountedTextarea } from '#web/components/controls/counted.tsx'
import { useUnsaved } from '#web/components/controls/guarded.tsx'
import { ChangedElsewhere } from '#web/components/feedback/changed-elsewhere.tsx'
import { FaultCount } from '#web/components/feedback/fault-count.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { readDraft, writeDraft } from '#web/lib/forms/drafts.ts'
import { changesIn } from '#web/lib/forms/follow.rules.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { useFollow } from '#web/lib/forms/use-follow.ts'
import classes from './event-form.module.css'
import { type EventValues, faultsOf, TEXT_MAX } from './event-form.rules.ts'
import { ParentField } from './parent-field.tsx'
import { PriceField } from './price-field.tsx'
import { RepeatFields } from './repeat-fields.tsx'
import { endAfterMove, endFromWall, fromWall, isWall } from './wall-time.ts'
import { ZoneField } from './zone-field.tsx'

type Props = {
  /** The name under which typed values are kept for the tab. */
  draft: string
  initial: EventValues
  canRepeat: boolean
  submitLabel: string
  isPending: boolean
  error: unknown
  facilitator_id: number
  /** The event that is changed; undefined for a new one. */
  event_id?: number
  /** The choice of which events of a series change. */
  scope?: ReactNode
  /** What else a change does, as a sentence. */
  consequence?: (values: EventValues) => string | undefined
  onSave: (values: EventValues, onFault: (error: unknown) => void) => void
  onClose: () => void
}

export function EventForm({
  draft,
  initial,
  canRepeat,
  submitLabel,
  isPending,
  error,
  event_id,
  scope,
  consequence,
  ...props
}: Props) {
  const [kept] = useState(() => readDraft<Partial<EventValues>>(draft))
  const form = useForm({
    // What was no amount is not kept: JSON has no NaN.
    initialValues: { ...initial, ...kept, price: kept?.price ?? initial.price },
    onValuesChange: (values) => writeDraft(draft, changesIn(values, initial)),
    validate: (values) => faultsOf(values, initial, serverNow()),
  })
  const hasFollowed = useFollow(form, initial)
  const discard = () => writeDraft(draft, undefined)
  useUnsaved(changesIn(form.values, initial) !== undefined, discard)
  const isNowhere = form.values.location.trim() === '' && form.values.virtual_link.trim() === ''
  const typeLabel = useId()
  const { start_datetime: start, end_datetime: end, timezone } = form.values
  const moveStart = (moved: string) => {
    if (isWall(start) && isWall(end) && isWall(moved))
      form.setFieldValue('end_datetime', endAfterMove(start, end, moved))
    form.setFieldValue('start_datetime', moved)
  }
  const { ref, focusFault, showFaults } = useFaults(form)
  const save = (values: EventValues) => props.onSave(values, showFaults)
  return (
    <form noValidate ref={ref} onSubmit={form.onSubmit(save, focusFault)}>
      <Stack gap="md">
        {kept && (
          <Group justify="space-between" gap="sm" role="status">
            <Text size="sm" c="dimmed">
              What you had typed before is still here.
            </Text>
            <Button size="sm" variant="subtle" onClick={() => form.setValues(initial)}>
              Start again
            </Button>
          </Group>
        )}
        {hasFollowed && event_id !== undefined && <ChangedElsewhere />}
        <CountedInput label="Title" max={TEXT_MAX.title} data-autofocus {...form.getInputProps('title')} />
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
        <CountedTextarea
          label="Description (optional)"
          max={TEXT_MAX.description}
          {...form.getInputProps('description')}
        />
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
          isOfSeries={Boolean(scope)}
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
        <ParentField
          value={form.values.parent_event_id}
          facilitator_id={props.facilitator_id}
          event_id={event_id}
          times={
            isWall(start) && isWall(end)
              ? [fromWall(start, timezone), endFromWall(end, timezone, fromWall(start, timezone))]
              : undefined
          }
          error={form.errors.parent_event_id}
          onChange={(parent_event_id) => form.setFieldValue('parent_event_id', parent_event_id)}
        />
        <CountedInput
          label="Place (optional)"
          description="Leave empty for an online event."
          max={TEXT_MAX.location}
          {...form.getInputProps('location')}
        />
        <TextInput
          label="Online link (optional)"
          description={`Only those who have booked see it.${isNowhere ? ' Without a place or a link nobody can join: add one before the event begins.' : ''}`}
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
          <PriceField {...form.getInputProps('price')} />
          <NumberInput
            size="md"
            label="Cancel up to … hours before"
            min={0}
            max={8_760}
            {...form.getInputProps('cancellation_deadline_hours')}
          />
        </Group>
        <CountedTextarea
          label="What to bring or know (optional)"
          max={TEXT_MAX.requirements}
          {...form.getInputProps('requirements')}
        />
        {scope}
        <div className={classes.foot}>
          <FormError error={error} besideFields={form.errors} />
          {consequence && (
            <Text role="status" size="sm" fw={600}>
              {consequence(form.values)}
            </Text>
          )}
          <FaultCount errors={form.errors} />
          <Group justify="flex-end" gap="sm">
            <Button
              variant="default"
              onClick={() => {
                discard()
                props.onClose()
              }}
            >
              Discard changes
            </Button>
            <Button type="submit" loading={isPending}>
              {submitLabel}
            </Button>
          </Group>
        </div>
      </Stack>
    </form>
  )
}
