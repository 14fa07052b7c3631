import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useRef, useState } from 'react'
import { CountedInput, CountedTextarea } from '#web/components/controls/counted.tsx'
import { GuardedDrawer, useUnsaved } from '#web/components/controls/guarded.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { LetterFrame } from '#web/components/layout/letter-frame.tsx'
import type { MessageAudience, MessagePreview } from '#web/lib/api/contract.ts'
import { readDraft, writeDraft } from '#web/lib/forms/drafts.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { usePreview, useSend } from './message.mutations.ts'
import {
  emptyMessage,
  isWritten,
  type MessageValues,
  messageFaults,
  peopleInWords,
  reachOf,
  TEXT_MAX,
} from './message.rules.ts'

type Props = {
  event_id: number
  audience: MessageAudience
  /** Without mail people read it in the app only, and there is no mail to look at first. */
  isMailed: boolean
  onClose: () => void
}

/** Writes to everybody of an event: first the words, then the mail as people will see it, from where it is sent. */
export function MessageDrawer({ isOpen, ...props }: Props & { isOpen: boolean }) {
  return (
    <GuardedDrawer opened={isOpen} onClose={props.onClose} size="lg" title="Write to everybody">
      {isOpen && <Message {...props} />}
    </GuardedDrawer>
  )
}

function Message({ event_id, audience, isMailed, onClose }: Props) {
  const draft = `message.${event_id}`
  const [kept] = useState(() => readDraft<MessageValues>(draft))
  const form = useForm({
    initialValues: { ...emptyMessage(audience), ...kept },
    onValuesChange: (values) => writeDraft(draft, isWritten(values) ? values : undefined),
    validate: messageFaults,
  })
  const discard = () => writeDraft(draft, undefined)
  useUnsaved(isWritten(form.values), discard)
  const preview = usePreview(event_id)
  const send = useSend(event_id, () => {
    discard()
    onClose()
  })
  const { ref, focusFault, showFaults } = useFaults(form)
  const reach = reachOf(audience, form.values)
  const next = isMailed ? preview : send
  if (preview.data)
    return (
      <Letter
        letter={preview.data}
        reach={reach}
        isBusy={send.isPending}
        error={send.error}
        onSend={() => send.mutate(form.values)}
        onBack={() => {
          send.reset()
          preview.reset()
        }}
      />
    )
  return (
    <form
      noValidate
      ref={ref}
      onSubmit={form.onSubmit((values) => next.mutate(values, { onError: showFaults }), focusFault)}
    >
      <Stack gap="md">
        <Text c="dimmed" role="status">
          {isMailed
            ? `Your message goes to ${peopleInWords(reach)} by mail and in the app, and a copy to you.`
            : `Your message goes to ${peopleInWords(reach)} in the app: this studio sends no mail.`}
        </Text>
        <CountedInput
          label="Subject"
          max={TEXT_MAX.subject}
          data-autofocus
          {...form.getInputProps('subject')}
        />
        <CountedTextarea
          label="Text"
          description="They see your name, the title of the event, and when it is."
          max={TEXT_MAX.text}
          minRows={6}
          {...form.getInputProps('text')}
        />
        {audience.waiting > 0 && (
          <Checkbox
            size="md"
            label={`Also to the waiting list: ${peopleInWords(audience.waiting)}`}
            {...form.getInputProps('include_waiting', { type: 'checkbox' })}
          />
        )}
        <FormError error={next.error} besideFields={form.errors} />
        <Group justify="flex-end">
          <Button type="submit" loading={next.isPending} disabled={!isMailed && reach === 0}>
            {isMailed ? 'Preview' : `Send to ${peopleInWords(reach)}`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type LetterProps = {
  letter: MessagePreview
  reach: number
  isBusy: boolean
  error: unknown
  onSend: () => void
  onBack: () => void
}

function Letter({ letter, reach, isBusy, error, onSend, onBack }: LetterProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // What had the focus is gone.
  useEffect(() => heading.current?.focus(), [])
  return (
    <Stack gap="md">
      <Stack gap={2}>
        <Text size="sm" c="dimmed">
          This is how people will see it. The subject:
        </Text>
        <Title order={3} ref={heading} tabIndex={-1} dir="auto">
          {letter.subject}
        </Title>
      </Stack>
      <LetterFrame title="Your message as people will see it" html={letter.html} />
      <FormError error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          Change it
        </Button>
        <Button loading={isBusy} disabled={reach === 0} onClick={onSend}>
          Send to {peopleInWords(reach)}
        </Button>
      </Group>
    </Stack>
  )
}
