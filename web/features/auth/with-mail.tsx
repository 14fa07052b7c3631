import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'

/** What needs mail, or the reason why it cannot be had here and `instead`, what to do. */
export function WithMail({ instead, children }: { instead: string; children: ReactNode }) {
  const sendsMail = useSendsMail()
  if (sendsMail === false) return <Text role="status">This studio does not send mail. {instead}</Text>
  return children
}
