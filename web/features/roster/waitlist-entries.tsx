import { ActionIcon, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { mailto } from '#web/lib/contact-links.ts'
import { placeInLine, shortDay, timeOfDay } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './roster.module.css'
import { waitlistEntriesQuery } from './roster.queries.ts'

/** The waiting list, in the order in which seats are given. */
export function WaitlistEntries({ event: { id, status } }: { event: Pick<Event, 'id' | 'status'> }) {
  const { data, error, refetch } = useQuery(waitlistEntriesQuery(id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={160} radius="lg" aria-label="Loading the waiting list" />
  const entries = data.entries ?? []
  if (entries.length === 0) {
    return (
      <EmptyState title="Nobody is waiting">
        {status === 'CANCELLED'
          ? 'This event is cancelled, and so is its waiting list.'
          : 'Once every seat is taken people can join the waiting list. A freed seat goes to the first of them automatically.'}
      </EmptyState>
    )
  }
  return (
    <Stack gap="md">
      <Surface>
        <ol className={classes.list} aria-label="Waiting list">
          {entries.map(({ user, position, notes, joined_at }) => (
            <li key={user.id} className={`${classes.entry} ${classes.waiting}`}>
              <Stack gap={2} className={classes.about}>
                <Group gap="0 0.5rem">
                  <Text fw={500}>
                    <bdi>{fullName(user)}</bdi>
                  </Text>
                  <Text size="sm" c="dimmed">
                    {placeInLine(position)} in line
                  </Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {user.email}
                </Text>
                <Text size="sm" c="dimmed">
                  Since {shortDay(fromWire(joined_at))}, {timeOfDay(fromWire(joined_at))}
                </Text>
                {notes && (
                  <Text size="sm">
                    “<bdi>{notes}</bdi>”
                  </Text>
                )}
              </Stack>
              <ActionIcon
                component="a"
                href={mailto(user.email)}
                variant="subtle"
                color="gray"
                size={44}
                radius="xl"
                aria-label={`Send e-mail to ${fullName(user)}`}
              >
                <IconMail size={20} stroke={1.6} />
              </ActionIcon>
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
