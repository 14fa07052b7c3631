import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'

/** A word beside a title, about what is not as usual. */
export function Mark({ children }: { children: ReactNode }) {
  return (
    <Badge variant="default" tt="none" fw={500}>
      {children}
    </Badge>
  )
}
