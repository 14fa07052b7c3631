import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './page.module.css'

type Props = {
  /** Also the title of the browser's tab. */
  title: string
  lead?: ReactNode
  /** At the right of the title. */
  actions?: ReactNode
  width?: 'narrow' | 'wide'
  children: ReactNode
}

export function Page({ title, lead, actions, width = 'wide', children }: Props) {
  return (
    <div className={classes[width]}>
      <PageTitle title={title} />
      <Group justify="space-between" align="end" gap="md" mb="xl">
        <Stack gap={6}>
          <Title order={1} dir="auto">
            {title}
          </Title>
          {lead && (
            <Text c="dimmed" maw="56ch">
              {lead}
            </Text>
          )}
        </Stack>
        {actions}
      </Group>
      {children}
    </div>
  )
}

export function PageTitle({ title }: { title: string }) {
  return <title>{`${title} · Stillpoint`}</title>
}
