import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

/** What others have changed about the reader's seats, until the reader has seen it. Read again whenever the tab is looked at. */
export const noticesQuery = queryOptions({
  queryKey: keys.notices,
  queryFn: ({ signal }) => call('GET /api/notices', { signal }),
  refetchOnWindowFocus: 'always',
})
