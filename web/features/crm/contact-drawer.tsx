import { Anchor, Button, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CountedTextarea } from '#web/components/controls/counted.tsx'
import { GuardedDrawer, useUnsaved } from '#web/components/controls/guarded.tsx'
import { TextLink } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { Fact, Facts } from '#web/components/layout/facts.tsx'
import type { CrmStatus, Notification, RosterEntry } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { mailto, tel } from '#web/lib/contact-links.ts'
import { longDay, timeOfDay } from '#web/lib/format.ts'
import { useDraft } from '#web/lib/forms/drafts.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import { whenOf } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import { STAGES } from './board.rules.ts'
import { ContactHistory } from './contact-history.tsx'
import { type Move, useAddNote } from './crm.mutations.ts'
import { contactEntryQuery, contactQuery } from './crm.queries.ts'

type Props = {
  facilitator_id: number
  booking_id: number | undefined
  onMove: (move: Move) => void
  onClose: () => void
}

/** One booking in the CRM: the person, the stage, notes and history. */
export function ContactDrawer({ facilitator_id, booking_id, onMove, onClose }: Props) {
  return (
    <GuardedDrawer opened={booking_id !== undefined} onClose={onClose} size="md" title="Contact">
      {booking_id !== undefined && (
        <Contact key={booking_id} facilitator_id={facilitator_id} booking_id={booking_id} onMove={onMove} />
      )}
    </GuardedDrawer>
  )
}

type ContactProps = Omit<Props, 'booking_id' | 'onClose'> & { booking_id: number }

function Contact({ facilitator_id, booking_id, onMove }: ContactProps) {
  const { data, error, refetch } = useQuery(contactQuery(facilitator_id, booking_id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) {
    return (
      <Stack role="status" aria-label="Loading the contact" aria-busy="true">
        <Skeleton height={32} width="60%" />
        <Skeleton height={60} />
        <Skeleton height={160} />
      </Stack>
    )
  }
  const { booking } = data
  const move = (to: CrmStatus) =>
    onMove({ booking_id, name: booking.user.name, from: booking.crm_status, to })
  return (
    <Stack gap="lg">
      <Person booking={booking} />
      <OfTheRoster facilitator_id={facilitator_id} booking={booking} />
      <Select
        label="Stage"
        allowDeselect={false}
        data={STAGES.map(({ stage, name }) => ({ value: stage, label: name }))}
        value={booking.crm_status}
        onChange={(stage) => stage && move(stage)}
      />
      <NoteForm facilitator_id={facilitator_id} booking={booking} />
      <ContactHistory facilitator_id={facilitator_id} booking={booking} />
    </Stack>
  )
}

function Person({ booking: { user, event, status, received_at } }: { booking: Notification }) {
  const received = fromWire(received_at)
  return (
    <Stack gap={4}>
      <Title order={2}>
        <bdi>{user.name}</bdi>
      </Title>
      <Group gap="md">
        <Anchor href={mailto(user.email)} underline="always">
          {user.email}
        </Anchor>
        {user.phone && <Phone phone={user.phone} />}
      </Group>
      <Text c="dimmed">
        Booked{' '}
        <TextLink to={paths.manageEvent} params={{ id: String(event.id) }} underline="always">
          <bdi>{event.title}</bdi>
        </TextLink>{' '}
        on {longDay(received, serverNow())}, {timeOfDay(received)}.
        {status === 'cancelled' && ' The booking is cancelled.'}
      </Text>
    </Stack>
  )
}

/** When the event is, what the attendee wrote, and what the roster says of them. */
function OfTheRoster({ facilitator_id, booking }: { facilitator_id: number; booking: Notification }) {
  const event = useQuery(eventQuery(booking.event.id)).data?.event
  const entry = useQuery(contactEntryQuery(facilitator_id, booking.event.id, booking.booking_id)).data
  if (!event && !entry) return null
  return (
    <Facts>
      {event && <Fact term="Event">{whenOf(event, serverNow())}</Fact>}
      {entry && (
        <>
          <Fact term="Their note">{entry.notes ? <span dir="auto">{entry.notes}</span> : 'None'}</Fact>
          <Fact term="Payment">{PAYMENTS[entry.payment_status]}</Fact>
          <Fact term="Attendance">{attendanceInWords(entry)}</Fact>
        </>
      )}
    </Facts>
  )
}

function attendanceInWords({ status, attendance, checked_in_at }: RosterEntry): string {
  if (status === 'CANCELLED') return 'Booking cancelled'
  if (attendance === 'no_show') return 'Did not come'
  if (attendance === null) return 'Not checked in'
  return checked_in_at ? `Here since ${timeOfDay(fromWire(checked_in_at))}` : 'Was here'
}

function Phone({ phone }: { phone: string }) {
  const href = tel(phone)
  if (!href) return <Text>{phone}</Text>
  return (
    <Anchor href={href} underline="always">
      {phone}
    </Anchor>
  )
}

const NOTE_MAX = 5_000

function NoteForm({ facilitator_id, booking }: { facilitator_id: number; booking: Notification }) {
  const [notes, setNotes] = useDraft(`contact.${booking.booking_id}`)
  useUnsaved(notes.trim() !== '', () => setNotes(''))
  const { mutate, isPending, error } = useAddNote(facilitator_id, booking.booking_id)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate({ crm_status: booking.crm_status, notes }, { onSuccess: () => setNotes('') })
      }}
    >
      <Stack gap="sm">
        <CountedTextarea
          label="Note"
          placeholder="What you want to remember"
          max={NOTE_MAX}
          value={notes}
          onChange={({ currentTarget }) => setNotes(currentTarget.value)}
        />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={isPending} disabled={notes.trim() === ''}>
            Save note
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
