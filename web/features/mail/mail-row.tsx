import { Button, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Mark } from '#web/components/layout/mark.tsx'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import type { ListedMail } from '#web/lib/api/contract.ts'
import { shortDay, timeOfDay } from '#web/lib/format.ts'
import { mailKindInWords } from '#web/lib/text/mail-kinds.ts'
import { paths } from '#web/paths.ts'
import classes from './mail.module.css'
import { useRetryMail } from './mail.mutations.ts'
import { reasonInWords, retryLabel, saysItsKind, statusInWords, timeOf } from './mail.rules.ts'
import type { MailSearch } from './mail-search.ts'

/** `search`: the filters that stay while the mail is open. */
export function MailRow({ mail, search }: { mail: ListedMail; search: MailSearch }) {
  const { id, user, subject, status } = mail
  const kind = mailKindInWords(mail.kind)
  const reason = reasonInWords(mail)
  return (
    <li className={classes.row}>
      <Stack gap={1} className={classes.about}>
        <Group gap="xs">
          <Text fw={500} className={classes.anywhere} component="span">
            <Link
              to={paths.adminMail}
              search={{ ...search, mail: id }}
              resetScroll={false}
              className={wholeCard.link}
            >
              <bdi>{user.name}</bdi>
            </Link>
          </Text>
          {status !== 'sent' && <Mark>{statusInWords(mail)}</Mark>}
        </Group>
        <Text size="sm" className={classes.anywhere}>
          {!saysItsKind(mail) && kind}
          {subject !== null && (
            <>
              {!saysItsKind(mail) && ': '}
              <bdi>{subject}</bdi>
            </>
          )}
        </Text>
        <Text size="sm" c="dimmed" className={classes.anywhere}>
          {mail.sent_to ?? user.email}
        </Text>
        {reason && (
          <Text size="sm" className={classes.anywhere}>
            {reason}
          </Text>
        )}
      </Stack>
      <Text size="sm" c="dimmed">
        <When mail={mail} />
      </Text>
      <div className={classes.retry}>
        <Retry mail={mail} about={`${kind} to ${user.name}`} />
      </div>
    </li>
  )
}

/** `Mon 30 Nov, 14:02 CET`; of a mail that waits, when it will be tried. */
function When({ mail }: { mail: ListedMail }) {
  const at = timeOf(mail)
  const time = `${shortDay(at)}, ${timeOfDay(at)}`
  if (mail.status !== 'waiting') return time
  return `${mail.attempts === 0 ? 'Due' : 'Next attempt'} ${time}`
}

/** Of mails that failed or wait. `about`: which mail, for those who do not see the row. */
export function Retry({
  mail,
  about,
}: {
  mail: Pick<ListedMail, 'id' | 'status' | 'last_error'>
  about: string
}) {
  const { mutate, isPending } = useRetryMail()
  const label = retryLabel(mail)
  if (!label) return null
  return (
    <Button
      variant="default"
      size="sm"
      loading={isPending}
      aria-label={`${label}: ${about}`}
      onClick={() => mutate(mail.id)}
    >
      {label}
    </Button>
  )
}
