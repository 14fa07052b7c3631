import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { FilterSelect } from '#web/components/controls/filter-select.tsx'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { mailsQuery } from '#web/features/mail/mail.queries.ts'
import { STATUSES } from '#web/features/mail/mail.rules.ts'
import { MailList } from '#web/features/mail/mail-list.tsx'
import type { MailSearch } from '#web/features/mail/mail-search.ts'
import { MailState } from '#web/features/mail/mail-state.tsx'
import classes from './admin-users-page.module.css'

const MailDrawer = dialogOnDemand(
  () => import('#web/features/mail/mail-drawer.tsx'),
  (module) => module.MailDrawer,
  'id',
)

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
        <FilterSelect
          label="Status"
          any="Any status"
          className={classes.role}
          choices={STATUSES}
          value={search.status}
          onChange={(status) => change({ status })}
        />
      </section>
      <div onPointerEnter={MailDrawer.prepare}>
        <MailList search={search} onChange={change} />
      </div>
      <MailDrawer
        id={search.mail}
        onClose={() =>
          void navigate({ search: (before) => ({ ...before, mail: undefined }), resetScroll: false })
        }
      />
    </Page>
  )
}
