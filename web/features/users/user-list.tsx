import { Button, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PageSwitch } from '#web/components/controls/page-switch.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { PastTheEnd } from '#web/components/feedback/past-the-end.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { ManagedUser } from '#web/lib/api/contract.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { count } from '#web/lib/format.ts'
import type { Change } from './change-user.tsx'
import { adminCountQuery, usersQuery } from './user.queries.ts'
import { CancelAll, ChangeUser } from './user-dialogs.ts'
import classes from './user-row.module.css'
import { UserRow } from './user-row.tsx'
import { EVERYBODY, isFiltered, type UserSearch } from './user-search.ts'
import { type Action, offersFor } from './users.rules.ts'

type Props = { search: UserSearch; onChange: (changes: UserSearch) => void }

/** Accounts, each with a menu of what an admin can do. */
export function UserList({ search, onChange }: Props) {
  const { data, error, refetch, isPlaceholderData } = useQuery(usersQuery(search))
  const admins = useQuery(adminCountQuery).data
  const own_id = useSession()?.user.id
  const [change, setChange] = useState<Change>()
  const [leaving, setLeaving] = useState<ManagedUser>()
  const act = (user: ManagedUser) => (action: Action) =>
    action === 'cancel' ? setLeaving(user) : setChange({ user, action })
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={360} radius="lg" role="status" aria-label="Loading accounts" />
  const { users, pagination } = data
  return (
    <div aria-busy={isPlaceholderData}>
      <Text c="dimmed" size="sm" mb="sm" role="status">
        {count(pagination.total, 'account')}
      </Text>
      {users.length === 0 && <Nobody search={search} onChange={onChange} />}
      {users.length > 0 && (
        <Surface>
          <ul className={classes.list} aria-label="Accounts">
            {users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                isOwn={user.id === own_id}
                offers={offersFor(user, own_id, admins)}
                onAct={act(user)}
              />
            ))}
          </ul>
        </Surface>
      )}
      <PageSwitch
        page={pagination.page}
        pages={pagination.pages}
        onPage={(page) => onChange({ page: page > 1 ? page : undefined })}
      />
      <ChangeUser change={change} onClose={() => setChange(undefined)} />
      <CancelAll person={leaving} isAdmin onClose={() => setLeaving(undefined)} />
    </div>
  )
}

function Nobody({ search, onChange }: Props) {
  if (search.page !== undefined) return <PastTheEnd onFirstPage={() => onChange({ page: undefined })} />
  const reset = (
    <Button variant="default" onClick={() => onChange(EVERYBODY)}>
      Show everybody
    </Button>
  )
  return (
    <EmptyState title="Nobody found" action={isFiltered(search) && reset}>
      No account matches. Try a shorter part of the name or address, or fewer filters.
    </EmptyState>
  )
}
