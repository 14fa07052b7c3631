import { Skeleton, Stack } from '@mantine/core'
import classes from '#web/components/layout/page.module.css'

export function PagePending() {
  return (
    <Stack className={classes.wide} gap="lg" role="status" aria-busy="true" aria-label="Loading">
      <Skeleton height={44} width="min(24rem, 80%)" radius="md" />
      <Skeleton height={18} width="min(34rem, 95%)" radius="md" />
      <Skeleton height={260} radius="lg" mt="lg" />
    </Stack>
  )
}
