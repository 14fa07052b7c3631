import { oneOf, readPage, readText, searchReader, toQuery } from '#web/lib/search-params.ts'

/** The filters of the list of accounts, as parameters of the address. */
export type UserSearch = {
  q?: string
  status?: 'active' | 'closed'
  role?: 'admin' | 'facilitator' | 'attendee'
  page?: number
}

const PER_PAGE = 25

export const readUserSearch = searchReader<UserSearch>({
  q: readText,
  status: oneOf('active', 'closed'),
  role: oneOf('admin', 'facilitator', 'attendee'),
  page: readPage,
})

export function usersQueryOf({ q, status, role, page = 1 }: UserSearch): string {
  return toQuery({ search: q?.trim(), status, role, page, per_page: PER_PAGE })
}

/** Resets all filters. */
export const EVERYBODY: UserSearch = { q: undefined, status: undefined, role: undefined, page: undefined }

export const isFiltered = ({ q, status, role }: UserSearch): boolean =>
  [q, status, role].some((each) => each !== undefined)
