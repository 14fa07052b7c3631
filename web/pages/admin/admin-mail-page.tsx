import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { mailsQuery } from '#web/features/mail/mail.queries.ts'
import { STATUSES } from '#web/features/mail/mail.rules.ts'
import { MailDrawer } from '#web/features/mail/mail-drawer.tsx'
import { MailList } from '#web/features/mail/mail-list.tsx'
import type { MailSearch } from '#web/features/mail/mail-search.ts'
import { MailState } from '#web/features/mail/mail-state.tsx'
import classes from './admin-users-page.module.css'

const route = getRouteApi('/logged-in/admin/admin/mail')

export function AdminMailPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const health = useQuery(mailsQuery(search)).data?.health
  const change = (changes: MailSearch) =>
    void navigate({
      // A changed filter starts at its first page.
      search: (before) => ({ ...before, page: undefined, ...changes }),
      replace: 'q' in changes,
      resetScroll: 'page' in changes,
    })
  return (
    <Page title="Mail" lead="What was and will be written to people, and what became of it.">
      {health && <MailState health={health} />}
      <section className={classes.filters} aria-label="Filters">
        <SearchField
          className={classes.search}
          placeholder="Subject, name or e-mail address"
          text={search.q ?? ''}
          onSearch={(q) => change({ q: q || undefined })}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          className={classes.role}
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          data={STATUSES}
          value={search.status ?? null}
          onChange={(status) => change({ status: status ?? undefined })}
        />
      </section>
      <MailList search={search} onChange={change} />
      <MailDrawer
        id={search.mail}
        onClose={() =>
          void navigate({ search: (before) => ({ ...before, mail: undefined }), resetScroll: false })
        }
      />
    </Page>
  )
}
