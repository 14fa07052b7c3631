import { queryOptions } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { OwnAccount } from '#booking/account/account.schema.ts'
import type { Settings } from '#booking/operations/settings.schema.ts'
import { request } from '#web/lib/api-client.ts'

/** Which rooms are open to whoever is logged in. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => request<Static<typeof OwnAccount>>('/api/auth/account', { signal }),
  staleTime: 5 * 60_000,
})

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => request<Static<typeof Settings>>('/api/settings', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
