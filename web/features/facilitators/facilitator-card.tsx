import { Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { paths } from '#web/paths.ts'
import { experienceInWords } from './facilitator.rules.ts'
import classes from './facilitator-card.module.css'
import { Portrait } from './portrait.tsx'

export function FacilitatorCard({ facilitator }: { facilitator: Facilitator }) {
  const { id, name, bio } = facilitator
  return (
    <article className={classes.card}>
      <Group wrap="nowrap" align="flex-start" gap="lg">
        <Portrait facilitator={facilitator} size={84} />
        <Stack gap={4}>
          <Title order={2} fz={23}>
            <Link to={paths.facilitator} params={{ id: String(id) }} className={wholeCard.link}>
              <bdi>{name}</bdi>
            </Link>
          </Title>
          <Text size="sm" c="dimmed">
            <bdi dir="ltr">{experienceInWords(facilitator)}</bdi>
          </Text>
          {bio && (
            <Text lineClamp={3} mt={6} dir="auto">
              {bio}
            </Text>
          )}
        </Stack>
      </Group>
    </article>
  )
}
