import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { FilterSelect } from '#web/components/controls/filter-select.tsx'
import { TextLink } from '#web/components/controls/links.tsx'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { NamedAuditEntry } from '#web/lib/api/contract.ts'
import { shortDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import { actionInWords, actorInWords, detailsInWords, subjectInWords } from './audit-entry.rules.ts'
import classes from './audit-log.module.css'
import { auditLogQuery } from './audit-log.queries.ts'

const SUBJECTS = [
  { value: 'event', label: 'Events' },
  { value: 'booking', label: 'Bookings' },
  { value: 'facilitator', label: 'Facilitators' },
  { value: 'user', label: 'Accounts' },
]

/** Newest first. The database refuses to change entries. */
export function AuditLog() {
  const [subject, setSubject] = useState<string>()
  const [page, setPage] = useState(1)
  const { data, error, refetch, isPlaceholderData } = useQuery(auditLogQuery(subject, page))
  return (
    <Stack gap="md" component="section" aria-label="Audit log">
      <Group justify="space-between" align="end" gap="md">
        <Title order={2}>Audit log</Title>
        <FilterSelect
          label="Show"
          any="Every change"
          choices={SUBJECTS}
          value={subject}
          onChange={(value) => {
            setSubject(value)
            setPage(1)
          }}
        />
      </Group>
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && <Skeleton height={320} radius="lg" aria-label="Loading the log" />}
      {data?.entries.length === 0 && (
        <EmptyState title="No entries yet">Every change is recorded here.</EmptyState>
      )}
      {data && data.entries.length > 0 && (
        <Surface aria-busy={isPlaceholderData}>
          <ol className={classes.list}>
            {data.entries.map((entry) => (
              <li key={entry.id}>
                <Text className={classes.what}>
                  <strong>{actionInWords(entry)}</strong>: <Subject entry={entry} />
                </Text>
                <Text size="sm" c="dimmed">
                  {shortDay(fromWire(entry.at))}, {timeOfDay(fromWire(entry.at))} · {actorInWords(entry)}
                </Text>
                <Text size="sm" c="dimmed" className={classes.details} lineClamp={2}>
                  {detailsInWords(entry)}
                </Text>
              </li>
            ))}
          </ol>
        </Surface>
      )}
      {data && <PageSwitch page={page} pages={data.pagination.pages} onPage={setPage} />}
    </Stack>
  )
}

/** Leads to where more is to be seen. */
function Subject({ entry }: { entry: NamedAuditEntry }) {
  const { subject, subject_id, subject_title, event_id, attendee } = entry
  const name = subjectInWords(entry)
  if (event_id !== null)
    return (
      <>
        <TextLink to={paths.manageEvent} params={{ id: String(event_id) }} underline="always">
          {name}
        </TextLink>
        {attendee && `, ${attendee}`}
      </>
    )
  if (subject_title === null) return name
  if (subject === 'facilitator')
    return (
      <TextLink to={paths.facilitator} params={{ id: String(subject_id) }} underline="always">
        {name}
      </TextLink>
    )
  return (
    <TextLink to={paths.adminUsers} search={{ q: subject_title }} underline="always">
      {name}
    </TextLink>
  )
}
