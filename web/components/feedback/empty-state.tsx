import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

type Props = { title: string; children: ReactNode; action?: ReactNode }

/** Stands in for an empty list: says why it is empty, and offers what to do. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" ta="center">
      <svg className={classes.stone} viewBox="0 0 120 56" aria-hidden="true" focusable="false">
        <path d="M42 34a18 18 0 0 1 36 0z" className={classes.sun} />
        <path d="M14 35h92M34 43h52M48 51h24" className={classes.line} />
      </svg>
      <Title order={2} fz={24}>
        {title}
      </Title>
      <Text c="dimmed" maw="46ch">
        {children}
      </Text>
      {action}
    </Stack>
  )
}
