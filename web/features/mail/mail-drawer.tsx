import { Drawer, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Fact, Facts } from '#web/components/layout/facts.tsx'
import { LetterFrame } from '#web/components/layout/letter-frame.tsx'
import type { WholeMail } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { longDay, timeOfDay } from '#web/lib/format.ts'
import { mailKindInWords } from '#web/lib/text/mail-kinds.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './mail.module.css'
import { mailQuery } from './mail.queries.ts'
import { reasonInWords, retryLabel, statusInWords } from './mail.rules.ts'
import { Retry } from './mail-row.tsx'

/** One mail as it was sent. */
export function MailDrawer({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} size="lg" title="Mail">
      {id !== undefined && <Mail key={id} id={id} />}
    </Drawer>
  )
}

function Mail({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(mailQuery(id))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) {
    return (
      <Stack role="status" aria-label="Loading the mail" aria-busy="true">
        <Skeleton height={32} width="60%" />
        <Skeleton height={120} />
        <Skeleton height={320} />
      </Stack>
    )
  }
  const { mail } = data
  const kind = mailKindInWords(mail.kind)
  return (
    <Stack gap="lg">
      <Title order={2} dir="auto" className={classes.anywhere}>
        {mail.subject ?? kind}
      </Title>
      <MailFacts mail={mail} kind={kind} />
      {retryLabel(mail) && (
        <Group>
          <Retry mail={mail} about={`${kind} to ${mail.user.name}`} />
        </Group>
      )}
      <Content mail={mail} />
    </Stack>
  )
}

function MailFacts({ mail, kind }: { mail: WholeMail; kind: string }) {
  const { user, status, event_id, attempts, last_error, next_attempt_at, ended_at, created_at } = mail
  const reason = reasonInWords(mail)
  return (
    <Facts>
      <Fact term="To">
        <bdi>{user.name}</bdi>, {mail.sent_to ?? user.email}
      </Fact>
      <Fact term="About">
        {event_id === null ? (
          kind
        ) : (
          <TextLink to={paths.manageEvent} params={{ id: String(event_id) }} underline="always">
            {kind}
          </TextLink>
        )}
      </Fact>
      <Fact term="Status">
        {statusInWords(mail)}
        {ended_at && `, ${timeInWords(ended_at)}`}
      </Fact>
      {reason && <Fact term="Reason">{reason}</Fact>}
      {reason && last_error && status !== 'dropped' && (
        <Fact term="The server said">
          <bdi>{last_error}</bdi>
        </Fact>
      )}
      <Fact term="Noted">{timeInWords(created_at)}</Fact>
      {attempts > 1 && <Fact term="Attempts">{attempts}</Fact>}
      {status === 'waiting' && next_attempt_at && (
        <Fact term={attempts === 0 ? 'Due' : 'Next attempt'}>{timeInWords(next_attempt_at)}</Fact>
      )}
      {mail.calendar !== null && <Fact term="Attached">event.ics, a calendar file</Fact>}
    </Facts>
  )
}

const timeInWords = (time: string) => `${longDay(fromWire(time), serverNow())}, ${timeOfDay(fromWire(time))}`

function Content({ mail: { status, html, text } }: { mail: WholeMail }) {
  const [view, setView] = useState('html')
  if (html === null || text === null) {
    const isOpen = status === 'waiting' || status === 'sending' || status === 'failed'
    return (
      <Text c="dimmed" role="status">
        {isOpen
          ? 'A mail is written just before it is sent, from what is true then: there is nothing to read yet.'
          : 'There is nothing to read: its text was not written, or has been deleted with an account.'}
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Show as"
        radius="xl"
        value={view}
        onChange={setView}
        data={[
          { value: 'html', label: 'As it looks' },
          { value: 'text', label: 'As text' },
        ]}
      />
      {view === 'html' ? (
        <LetterFrame title="The mail as it was sent" html={html} />
      ) : (
        <pre className={classes.text} dir="auto">
          {text}
        </pre>
      )}
    </Stack>
  )
}
