import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { placeInLine, shortDay, timeOfDay } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './roster.module.css'
import { waitlistEntriesQuery } from './roster.queries.ts'

/** The waiting list, in the order in which seats are given. */
export function WaitlistEntries({ event_id }: { event_id: number }) {
  const { data, error, refetch } = useQuery(waitlistEntriesQuery(event_id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={160} radius="lg" aria-label="Loading the waiting list" />
  const entries = data.entries ?? []
  if (entries.length === 0) {
    return (
      <EmptyState title="Nobody is waiting">
        Once every seat is taken people can join the waiting list. A freed seat goes to the first of them
        automatically.
      </EmptyState>
    )
  }
  return (
    <Stack gap="md">
      <Surface>
        <ol className={classes.list} aria-label="Waiting list">
          {entries.map(({ user, position, notes, joined_at }) => (
            <li key={user.id} className={classes.entry}>
              <Stack gap={1} className={classes.about}>
                <Group gap="xs">
                  <Text fw={500}>
                    <bdi>{fullName(user)}</bdi>
                  </Text>
                  <Text size="sm" c="dimmed">
                    {placeInLine(position)} in line
                  </Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {user.email} · since {shortDay(fromWire(joined_at))}, {timeOfDay(fromWire(joined_at))}
                </Text>
                {notes && (
                  <Text size="sm">
                    “<bdi>{notes}</bdi>”
                  </Text>
                )}
              </Stack>
            </li>
          ))}
        </ol>
      </Surface>
      {data.waiting > entries.length && (
        <Text c="dimmed" size="sm" ta="center">
          These are the first {entries.length} of {data.waiting}.
        </Text>
      )}
    </Stack>
  )
}
