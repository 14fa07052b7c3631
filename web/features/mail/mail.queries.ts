import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'
import { type MailSearch, mailsQueryOf } from './mail-search.ts'

const POLL_MS = 10_000
/** Mails whose turn comes within seconds. */
const POLL_SOON_MS = 2_000

export const mailsQuery = (search: MailSearch) =>
  queryOptions({
    queryKey: keys.mail.page(mailsQueryOf(search)),
    queryFn: ({ signal }) => call('GET /api/mail', { query: mailsQueryOf(search), signal }),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
  })

/** One mail, read again until it is known what became of it. */
export const mailQuery = (id: number) =>
  queryOptions({
    queryKey: keys.mail.one(id),
    queryFn: ({ signal }) => call('GET /api/mail/{id}', { params: { id }, signal }),
    refetchInterval: ({ state }) =>
      state.data && ['waiting', 'sending'].includes(state.data.mail.status) ? POLL_SOON_MS : false,
  })
