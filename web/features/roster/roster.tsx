import { Button, Group, Skeleton, Text, TextInput } from '@mantine/core'
import { IconDownload, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { tellError } from '#web/components/feedback/toast.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Event, RosterEntry } from '#web/lib/api/contract.ts'
import { download } from '#web/lib/api/download.ts'
import { shortDay, timeOfDay } from '#web/lib/format.ts'
import { clockOf, momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import classes from './roster.module.css'
import { useUnsentMarks } from './roster.mutations.ts'
import { rosterQuery } from './roster.queries.ts'
import { checkInOf, checkInOpensAt, emptyInWords, matching } from './roster.rules.ts'
import { EntryMenu, RosterEntryRow } from './roster-entry-row.tsx'
import { RosterFigures } from './roster-figures.tsx'

const RemoveBooking = dialogOnDemand(
  () => import('./remove-booking.tsx'),
  (module) => module.RemoveBooking,
  'entry',
)

type Props = {
  event: Event
  /** All upcoming bookings of a person are to be cancelled. */
  onRemoveAll: (person: RosterEntry['user']) => void
  /** What else can be done with everybody. */
  actions?: ReactNode
}

/** Bookings of an event with check-in and payment. */
export function Roster({ event, onRemoveAll, actions }: Props) {
  const [text, setText] = useState('')
  const [page, setPage] = useState(1)
  const [leaving, setLeaving] = useState<RosterEntry>()
  const { data, error, refetch } = useQuery(rosterQuery(event.id, page))
  const now = useNow([checkInOpensAt(event), ...momentsOf(event)])
  const checkIn = checkInOf(event, now)
  const unsent = useUnsentMarks()
  // What can be marked without a connection is in a menu.
  useEffect(EntryMenu.prepare, [])
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={280} radius="lg" aria-label="Loading the roster" />
  if (data.pagination.total === 0) {
    const { title, text } = emptyInWords(event)
    return <EmptyState title={title}>{text}</EmptyState>
  }
  const found = matching(data.bookings, text)
  return (
    <div className={classes.roster}>
      <RosterFigures entries={data.bookings} />
      {data.pagination.pages > 1 && (
        <Text c="dimmed" size="sm">
          These figures are for the {data.bookings.length} people on this page, of {data.pagination.total} in
          all.
        </Text>
      )}
      <Group justify="space-between" gap="sm" className={classes.controls}>
        <TextInput
          type="search"
          aria-label="Search attendees"
          placeholder="Search attendees"
          leftSection={<IconSearch size={18} stroke={1.6} />}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <div className={classes.actions}>
          {actions}
          <Button
            variant="default"
            leftSection={<IconDownload size={18} stroke={1.6} />}
            onClick={() =>
              download(
                `/api/events/${event.id}/bookings?format=xlsx`,
                `event-${event.id}-bookings.xlsx`,
              ).catch(tellError)
            }
          >
            Download for Excel
          </Button>
        </div>
      </Group>
      {!checkIn.isOpen && event.status === 'ACTIVE' && (
        <Text c="dimmed" size="sm" className={classes.controls}>
          You can check people in from {shortDay(checkIn.opensAt, { ...clockOf(event), now })},{' '}
          {timeOfDay(checkIn.opensAt, clockOf(event))} on.
        </Text>
      )}
      <Surface>
        <ul className={classes.list} aria-label="Roster">
          {found.map((entry) => (
            <RosterEntryRow
              key={entry.id}
              entry={entry}
              event_id={event.id}
              checkIn={checkIn}
              isUnsent={unsent.has(entry.id)}
              onRemove={setLeaving}
              onRemoveAll={({ user }) => onRemoveAll(user)}
            />
          ))}
        </ul>
        {found.length === 0 && (
          <Text c="dimmed" p="xl" ta="center" role="status">
            Nobody on this page has “{text.trim()}” in their name or address.
          </Text>
        )}
      </Surface>
      <PageSwitch page={page} pages={data.pagination.pages} onPage={setPage} />
      <RemoveBooking event_id={event.id} entry={leaving} onClose={() => setLeaving(undefined)} />
    </div>
  )
}
