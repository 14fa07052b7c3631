import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { settingsQuery } from '#web/lib/queries/settings.queries.ts'

/** What needs mail, or the reason why it cannot be had here and `instead`, what to do. */
export function WithMail({ instead, children }: { instead: string; children: ReactNode }) {
  const sendsMail = useQuery(settingsQuery).data?.sends_mail
  if (sendsMail === false) return <Text role="status">This studio does not send mail. {instead}</Text>
  return children
}
