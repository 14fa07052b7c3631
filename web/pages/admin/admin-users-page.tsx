import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { FilterSelect } from '#web/components/controls/filter-select.tsx'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { UserList } from '#web/features/users/user-list.tsx'
import type { UserSearch } from '#web/features/users/user-search.ts'
import classes from './admin-users-page.module.css'

const route = getRouteApi('/logged-in/admin/admin/users')

export function AdminUsersPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const change = (changes: UserSearch) =>
    void navigate({
      // A changed filter starts at its first page.
      search: (before) => ({ ...before, page: undefined, ...changes }),
      replace: 'q' in changes,
      resetScroll: 'page' in changes,
    })
  return (
    <Page title="Accounts" lead="Everybody who can log in here, and those who no longer can.">
      <section className={classes.filters} aria-label="Filters">
        <SearchField
          className={classes.search}
          placeholder="Name or e-mail address"
          text={search.q ?? ''}
          onSearch={(q) => change({ q: q || undefined })}
        />
        <SegmentedControl
          aria-label="Status"
          radius="xl"
          value={search.status ?? 'all'}
          onChange={(status) => change({ status: status === 'all' ? undefined : status })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'active', label: 'Active' },
            { value: 'closed', label: 'Closed' },
          ]}
        />
        <FilterSelect
          label="Role"
          any="Any role"
          className={classes.role}
          choices={[
            { value: 'admin', label: 'Admins' },
            { value: 'facilitator', label: 'Facilitators' },
            { value: 'attendee', label: 'Attendees' },
          ]}
          value={search.role}
          onChange={(role) => change({ role })}
        />
      </section>
      <UserList search={search} onChange={change} />
    </Page>
  )
}
