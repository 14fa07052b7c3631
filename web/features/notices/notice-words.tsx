import { Anchor, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { WithLinks } from '#web/components/layout/with-links.tsx'
import type { Notice } from '#web/lib/api/contract.ts'
import { whenOf } from '#web/lib/time/event-time.rules.ts'
import { paths } from '#web/paths.ts'
import { type Change, changesOf, verbOf } from './notice.rules.ts'
import classes from './notices.module.css'

type Props = { notice: Notice; now: Date; onOpen: () => void }

export function NoticeWords({ notice, now, onOpen }: Props) {
  const { kind, event } = notice
  const title = (
    <TextLink to={paths.event} params={{ id: String(event.id) }} underline="always" fw={600} onClick={onOpen}>
      <bdi>{event.title}</bdi>
    </TextLink>
  )
  return WORDS[kind]({ notice, title, when: whenOf(event, now), now })
}

type Told = { notice: Notice; title: ReactNode; when: string; now: Date }

const WORDS: Record<Notice['kind'], (told: Told) => ReactNode> = {
  'event-moved': ({ notice, now, ...told }) => <Move changes={changesOf(notice, now)} {...told} />,
  'waitlist-moved': ({ notice, now, ...told }) => (
    <Move changes={changesOf(notice, now)} {...told} isWaiting />
  ),
  'booking-promoted': ({ title, when }) => (
    <Text>
      You have moved up from the waiting list and have a seat at {title}: {when}.
    </Text>
  ),
  'booking-cancelled': ({ notice, title, when }) => (
    <Cancelled notice={notice}>
      The studio has cancelled your booking of {title}: {when}.
    </Cancelled>
  ),
  'event-cancelled': ({ notice, title, when }) => (
    <Cancelled notice={notice}>
      {title} is cancelled, and your booking with it. It would have been {when}.
    </Cancelled>
  ),
  'waitlist-closed': ({ notice, title, when }) => (
    <Cancelled notice={notice}>
      {title}, for which you were waiting, is cancelled. It would have been {when}.
    </Cancelled>
  ),
  'event-message': ({ notice: { message }, title }) => message && <Message title={title} {...message} />,
}

function Cancelled({ notice: { reason }, children }: { notice: Notice; children: ReactNode }) {
  return (
    <Stack gap={4}>
      <Text>{children}</Text>
      {reason && (
        <Text c="dimmed" className={classes.quote} dir="auto">
          {reason}
        </Text>
      )}
    </Stack>
  )
}

type MoveProps = { title: ReactNode; when: string; changes: Change[]; isWaiting?: boolean }

/** Of an event that stays at its time, that is named. */
function Move({ title, when, changes, isWaiting = false }: MoveProps) {
  const isAtItsTime = !changes.some(({ what }) => what === 'When')
  const event = (
    <>
      {title}
      {isAtItsTime && `, ${when},`}
    </>
  )
  const verb = verbOf(changes)
  const unsuitable = isWaiting ? UNSUITABLE_WAITING : UNSUITABLE
  const [only, ...others] = changes
  if (only && others.length === 0)
    return (
      <Text>
        {event} {verb}: <OldAndNew change={only} />.{only.what !== 'Online link' && ` ${unsuitable}`}
      </Text>
    )
  return (
    <Stack gap={4}>
      <Text>
        {event} {verb}. You keep your {isWaiting ? 'place on the waiting list' : 'seat'}.
      </Text>
      <ul className={classes.changes}>
        {changes.map((change) => (
          <li key={change.what}>
            {change.what}: <OldAndNew change={change} />
          </li>
        ))}
      </ul>
      <Text c="dimmed">{unsuitable}</Text>
    </Stack>
  )
}

const UNSUITABLE = 'If it no longer suits you, its page says until when you can cancel.'
const UNSUITABLE_WAITING = 'If it no longer suits you, leave the waiting list on its page.'

function OldAndNew({ change: { now, before } }: { change: Change }) {
  return (
    <>
      now{' '}
      <strong>
        <bdi>
          <WithLinks text={now} />
        </bdi>
      </strong>{' '}
      (before: <bdi>{before}</bdi>)
    </>
  )
}

/** About six lines of a phone. */
const SHORT_CHARS = 240
const SHORT_LINES = 5

type MessageProps = NonNullable<Notice['message']> & { title: ReactNode }

function Message({ title, subject, text, author }: MessageProps) {
  const isLong = text.length > SHORT_CHARS || text.split('\n').length > SHORT_LINES
  const [isOpen, setOpen] = useState(false)
  return (
    <Stack gap={4} align="flex-start">
      <Text>
        <bdi>{author}</bdi> writes to everybody of {title}:
      </Text>
      <Text fw={600} dir="auto">
        {subject}
      </Text>
      <Text className={classes.quote} dir="auto" {...(isLong && !isOpen && { lineClamp: SHORT_LINES })}>
        <WithLinks text={text} />
      </Text>
      {isLong && (
        <Anchor
          component="button"
          type="button"
          underline="always"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Show less' : 'Read all'} of “${subject}”`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Show less' : 'Read all'}
        </Anchor>
      )}
    </Stack>
  )
}
