import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { GuardedDrawer } from '#web/components/controls/guarded.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { useCreateEvent, useEditEvent } from '#web/features/organising/organising.mutations.ts'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { readersZone } from '#web/lib/format.ts'
import { writeDraft } from '#web/lib/forms/drafts.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { copyOf, type EventValues, emptyValues, toCreate, toEdit, valuesOf } from './event-form.rules.ts'
import { EventForm } from './event-form.tsx'
import { ScopeField } from './scope-field.tsx'

type Props = {
  write: 'new' | 'edit' | 'copy' | undefined
  event_id: number | undefined
  /** Who leads a new event; a copy is led by the facilitator of the original. */
  facilitator_id: number
  onClose: () => void
}

const TITLES = { new: 'New event', edit: 'Change event', copy: 'Copy of an event' }

export function EventDrawer({ write, event_id, facilitator_id, onClose }: Props) {
  return (
    <GuardedDrawer opened={write !== undefined} onClose={onClose} size="lg" title={write && TITLES[write]}>
      {write === 'new' && <New facilitator_id={facilitator_id} onClose={onClose} />}
      {write && write !== 'new' && event_id !== undefined && (
        <Known id={event_id} write={write} onClose={onClose} />
      )}
    </GuardedDrawer>
  )
}

function Known({ id, write, onClose }: { id: number; write: 'edit' | 'copy'; onClose: () => void }) {
  const { data, error, refetch } = useQuery(eventQuery(id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) {
    return (
      <Stack role="status" aria-label="Loading the event" aria-busy="true">
        <Skeleton height={48} />
        <Skeleton height={96} />
        <Skeleton height={48} />
      </Stack>
    )
  }
  if (write === 'edit') return <Edit event={data.event} onClose={onClose} />
  const { event } = data
  return (
    <Create
      draft={`event.copy.${id}`}
      initial={copyOf(event, new Date())}
      facilitator_id={event.facilitator.id}
      onClose={onClose}
    />
  )
}

function New(props: Omit<CreateProps, 'initial' | 'draft'>) {
  return <Create draft="event.new" initial={emptyValues(new Date(), readersZone())} {...props} />
}

type CreateProps = { draft: string; initial: EventValues } & Pick<Props, 'facilitator_id' | 'onClose'>

function Create({ draft, initial, facilitator_id, onClose }: CreateProps) {
  const { mutate, isPending, error } = useCreateEvent()
  return (
    <EventForm
      draft={draft}
      initial={initial}
      canRepeat
      submitLabel="Create"
      isPending={isPending}
      error={error}
      onClose={onClose}
      onSave={(values, onError) =>
        mutate(toCreate(values, facilitator_id), {
          onSuccess() {
            writeDraft(draft, undefined)
            onClose()
          },
          onError,
        })
      }
    />
  )
}

function Edit({ event, onClose }: { event: Event; onClose: () => void }) {
  const [scope, setScope] = useState<Scope>('this')
  const { mutate, isPending, error } = useEditEvent()
  return (
    <EventForm
      draft={`event.edit.${event.id}`}
      initial={valuesOf(event)}
      canRepeat={false}
      submitLabel="Save changes"
      isPending={isPending}
      error={error}
      scope={
        event.series_id !== null && <ScopeField label="What changes?" value={scope} onChange={setScope} />
      }
      onClose={onClose}
      onSave={(values, onError) => {
        const body = toEdit(event, values)
        if (Object.keys(body).length === 0) onClose()
        else
          mutate(
            { id: event.id, scope, body },
            {
              onSuccess() {
                writeDraft(`event.edit.${event.id}`, undefined)
                onClose()
              },
              onError,
            },
          )
      }}
    />
  )
}
