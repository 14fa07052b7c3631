import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'

/** A badge beside a title. */
export function Mark({ children }: { children: ReactNode }) {
  return (
    <Badge variant="default" tt="none" fw={500}>
      {children}
    </Badge>
  )
}
