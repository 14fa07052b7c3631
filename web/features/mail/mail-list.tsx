import { Button, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { PastTheEnd } from '#web/components/feedback/past-the-end.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { count } from '#web/lib/format.ts'
import classes from './mail.module.css'
import { mailsQuery } from './mail.queries.ts'
import { MailRow } from './mail-row.tsx'
import { EVERY_MAIL, isFiltered, type MailSearch } from './mail-search.ts'

type Props = { search: MailSearch; onChange: (changes: MailSearch) => void }

/** What was and will be written to people, the newest first. */
export function MailList({ search, onChange }: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(mailsQuery(search))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={360} radius="lg" role="status" aria-label="Loading mails" />
  const { mails, pagination } = data
  return (
    <div aria-busy={isPlaceholderData}>
      <Text c="dimmed" size="sm" mb="sm" role="status">
        {count(pagination.total, 'mail')}
      </Text>
      {mails.length === 0 && <Nothing search={search} onChange={onChange} />}
      {mails.length > 0 && (
        <Surface>
          <ul className={classes.list} aria-label="Mails">
            {mails.map((mail) => (
              <MailRow key={mail.id} mail={mail} search={search} />
            ))}
          </ul>
        </Surface>
      )}
      <PageSwitch
        page={pagination.page}
        pages={pagination.pages}
        onPage={(page) => onChange({ page: page > 1 ? page : undefined })}
      />
    </div>
  )
}

function Nothing({ search, onChange }: Props) {
  if (search.page !== undefined) return <PastTheEnd onFirstPage={() => onChange({ page: undefined })} />
  if (!isFiltered(search)) {
    return (
      <EmptyState title="No mails yet">
        Every mail is listed here for 90 days, with what became of it.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title="No mails found"
      action={
        <Button variant="default" onClick={() => onChange(EVERY_MAIL)}>
          Show every mail
        </Button>
      }
    >
      Try a shorter part of the subject, the name or the address, or any status.
    </EmptyState>
  )
}
