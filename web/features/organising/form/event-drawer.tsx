import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { GuardedDrawer } from '#web/components/controls/guarded.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { useCreateEvent, useEditEvent } from '#web/features/organising/organising.mutations.ts'
import { lastZoneQuery } from '#web/features/organising/organising.queries.ts'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { readersZone } from '#web/lib/format.ts'
import { writeDraft } from '#web/lib/forms/drafts.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { useFirstWait } from '#web/lib/queries/first-wait.ts'
import { settingsQuery } from '#web/lib/queries/settings.queries.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { beforeSaving, noteSaving } from '../consequences/just-saved.ts'
import { toldInWords } from '../consequences/told.rules.ts'
import { useDates } from '../consequences/use-dates.ts'
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
  if (!data) return <Loading />
  if (write === 'edit') return <Edit event={data.event} onClose={onClose} />
  const { event } = data
  return (
    <Create
      draft={`event.copy.${id}`}
      initial={copyOf(event, serverNow())}
      facilitator_id={event.facilitator.id}
      onClose={onClose}
    />
  )
}

/** In the zone of the studio, else in that of the facilitator's last event, else in that of the device. */
function New(props: Omit<CreateProps, 'initial' | 'draft'>) {
  const settings = useQuery(settingsQuery)
  const studio = settings.data?.studio_timezone
  const last = useQuery({ ...lastZoneQuery(props.facilitator_id), enabled: !settings.isPending && !studio })
  if (useFirstWait(settings.isPending || (!studio && last.isPending))) return <Loading />
  const zone = studio ?? last.data?.zone ?? readersZone()
  return <Create draft="event.new" initial={emptyValues(serverNow(), zone)} {...props} />
}

function Loading() {
  return (
    <Stack role="status" aria-label="Loading the event" aria-busy="true">
      <Skeleton height={48} />
      <Skeleton height={96} />
      <Skeleton height={48} />
    </Stack>
  )
}

type CreateProps = { draft: string; initial: EventValues } & Pick<Props, 'facilitator_id' | 'onClose'>

function Create({ draft, initial, facilitator_id, onClose }: CreateProps) {
  const { mutate, isPending, error } = useCreateEvent()
  return (
    <EventForm
      draft={draft}
      initial={initial}
      facilitator_id={facilitator_id}
      canRepeat
      submitLabel="Create event"
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
  const sendsMail = useSendsMail() === true
  const dates = useDates(event, scope)
  return (
    <EventForm
      draft={`event.edit.${event.id}`}
      initial={valuesOf(event)}
      facilitator_id={event.facilitator.id}
      event_id={event.id}
      canRepeat={false}
      submitLabel="Save changes"
      isPending={isPending}
      error={error}
      scope={
        event.series_id !== null && (
          <ScopeField label="Which dates change?" value={scope} onChange={setScope} />
        )
      }
      consequence={(values) =>
        toldInWords(event, values, { scope, dates, sendsMail, before: beforeSaving(event, serverNow()) })
      }
      onClose={onClose}
      onSave={(values, onError) => {
        const body = toEdit(event, values, scope)
        if (Object.keys(body).length === 0) onClose()
        else
          mutate(
            { id: event.id, scope, body },
            {
              onSuccess() {
                if (scope === 'this') noteSaving(event, serverNow())
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
