import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Horizon } from '#web/components/horizon/horizon.tsx'
import { PageTitle } from '#web/components/layout/page.tsx'
import { hourOfDay } from '#web/lib/format.ts'
import classes from './auth-card.module.css'

type Props = { title: string; lead: string; children: ReactNode; foot: ReactNode }

export function AuthCard({ title, lead, children, foot }: Props) {
  return (
    <div className={classes.card}>
      <PageTitle title={title} />
      <div className={classes.view}>
        <Horizon id={12} isRetreat={false} hour={hourOfDay(new Date())} />
      </div>
      <Stack gap="md" className={classes.form}>
        <div>
          <Title order={1} fz={34}>
            {title}
          </Title>
          <Text c="dimmed" mt={6}>
            {lead}
          </Text>
        </div>
        {children}
        <Text size="sm" c="dimmed">
          {foot}
        </Text>
      </Stack>
    </div>
  )
}
