import { Box, type BoxProps, Button, Group, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type MouseEvent, type ReactNode, useId } from 'react'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Notice } from '#web/lib/api/contract.ts'
import { isAwaited, useFirstWait } from '#web/lib/queries/first-wait.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { useSeeNotices } from './notice.mutations.ts'
import { noticesQuery } from './notice.queries.ts'
import { isSeenByOpening, topicOf } from './notice.rules.ts'
import { NoticeWords } from './notice-words.tsx'
import classes from './notices.module.css'

type Props = BoxProps & {
  /** Stands in for everything until the news are known, so that they push nothing down. */
  pending: ReactNode
  /** What the page has below them. */
  children: ReactNode
}

/** What the studio has changed about the reader's seats, each until the reader has seen it. Nothing when there is no news. */
export function Notices({ pending, children, ...box }: Props) {
  const read = useQuery(noticesQuery)
  if (useFirstWait(isAwaited(read))) return pending
  return (
    <>
      <News notices={read.data?.notices ?? []} {...box} />
      {children}
    </>
  )
}

function News({ notices, ...box }: BoxProps & { notices: Notice[] }) {
  const { mutate: see } = useSeeNotices()
  const titleId = useId()
  const now = useNow()
  if (notices.length === 0) return null
  return (
    <Box component="section" aria-labelledby={titleId} {...box}>
      <Group justify="space-between" mb="md">
        <Title order={2} id={titleId}>
          News about your bookings
        </Title>
        {notices.length > 1 && (
          <Button variant="default" size="sm" onClick={() => see(notices.map(({ id }) => id))}>
            Got it, all of them
          </Button>
        )}
      </Group>
      <ul className={classes.list}>
        {notices.map((notice) => (
          <Surface key={notice.id} component="li" className={classes.notice}>
            <div className={classes.words}>
              <NoticeWords
                notice={notice}
                now={now}
                onOpen={() => {
                  if (isSeenByOpening(notice)) see([notice.id])
                }}
              />
            </div>
            <GotIt notice={notice} onSeen={() => see([notice.id])} />
          </Surface>
        ))}
      </ul>
    </Box>
  )
}

function GotIt({ notice, onSeen }: { notice: Notice; onSeen: () => void }) {
  return (
    <Button
      variant="default"
      size="sm"
      aria-label={`Got it: ${topicOf(notice)}`}
      onClick={(click) => {
        focusNeighbour(click)
        onSeen()
      }}
    >
      Got it
    </Button>
  )
}

/** So that the keyboard goes on from here when this notice has left the page. */
function focusNeighbour({ currentTarget }: MouseEvent<HTMLButtonElement>): void {
  const item = currentTarget.closest('li')
  const neighbour = item?.nextElementSibling ?? item?.previousElementSibling
  neighbour?.querySelector<HTMLElement>(':scope > button')?.focus()
}
