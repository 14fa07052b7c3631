import { useQuery } from '@tanstack/react-query'
import { settingsQuery } from './settings.queries.ts'

/** Whether this studio sends mail; undefined until that is known. */
export const useSendsMail = (): boolean | undefined => useQuery(settingsQuery).data?.sends_mail
