import { Drawer, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import type { Scope } from '#booking/organising/event-organising.schema.ts'
import { ErrorNotice } from '#web/components/error-notice.tsx'
import { eventQuery } from '#web/features/events/event.queries.ts'
import { useStudio } from '#web/features/facilitators/studio.tsx'
import { readersZone } from '#web/lib/format.ts'
import { copyOf, type EventValues, emptyValues, toCreate, toEdit, valuesOf } from './event-form.rules.ts'
import { EventForm } from './event-form.tsx'
import { useCreateEvent, useEditEvent } from './organising.mutations.ts'
import { ScopeField } from './scope-field.tsx'

type Props = { write: 'new' | 'edit' | 'copy' | undefined; event_id: number | undefined; onClose: () => void }

const TITLES = { new: 'New event', edit: 'Change event', copy: 'Copy of an event' }

export function EventDrawer({ write, event_id, onClose }: Props) {
  return (
    <Drawer opened={write !== undefined} onClose={onClose} size="lg" title={write && TITLES[write]}>
      {write === 'new' && <New onClose={onClose} />}
      {write && write !== 'new' && event_id !== undefined && (
        <Known id={event_id} write={write} onClose={onClose} />
      )}
    </Drawer>
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
  // Whoever makes the copy, it is led by the same person.
  return (
    <Create initial={copyOf(event, new Date())} facilitator_id={event.facilitator.id} onClose={onClose} />
  )
}

function New({ onClose }: { onClose: () => void }) {
  const { facilitator } = useStudio()
  const initial = emptyValues(new Date(), readersZone())
  return <Create initial={initial} facilitator_id={facilitator.id} onClose={onClose} />
}

type CreateProps = { initial: EventValues; facilitator_id: number; onClose: () => void }

function Create({ initial, facilitator_id, onClose }: CreateProps) {
  const { mutate, isPending, error } = useCreateEvent()
  return (
    <EventForm
      initial={initial}
      canRepeat
      submitLabel="Create"
      isPending={isPending}
      error={error}
      onClose={onClose}
      onSave={(values, onError) => mutate(toCreate(values, facilitator_id), { onSuccess: onClose, onError })}
    />
  )
}

function Edit({ event, onClose }: { event: Event; onClose: () => void }) {
  const [scope, setScope] = useState<Scope>('this')
  const { mutate, isPending, error } = useEditEvent()
  return (
    <EventForm
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
        else mutate({ id: event.id, scope, body }, { onSuccess: onClose, onError })
      }}
    />
  )
}
