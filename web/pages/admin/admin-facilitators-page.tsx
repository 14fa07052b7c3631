import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { everyFacilitatorQuery } from '#web/features/facilitators/facilitator.queries.ts'
import { experienceInWords } from '#web/features/facilitators/facilitator.rules.ts'
import { Portrait } from '#web/features/facilitators/portrait.tsx'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { paths } from '#web/paths.ts'
import classes from './admin-facilitators-page.module.css'

const FacilitatorDrawer = dialogOnDemand(
  () => import('#web/features/facilitators/facilitator-drawer.tsx'),
  (module) => module.FacilitatorDrawer,
  'facilitator',
)

export function AdminFacilitatorsPage() {
  const { data, error, refetch } = useQuery(everyFacilitatorQuery)
  const [open, setOpen] = useState<Facilitator | 'new'>()
  return (
    <Page
      title="Facilitators"
      lead="Add facilitators, edit their profiles, and deactivate or reactivate them."
      actions={
        <Button
          leftSection={<IconPlus size={18} stroke={1.8} />}
          onPointerEnter={FacilitatorDrawer.prepare}
          onClick={() => setOpen('new')}
        >
          Add a facilitator
        </Button>
      }
    >
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && <Skeleton height={320} radius="lg" aria-label="Loading facilitators" />}
      {data?.length === 0 && (
        <EmptyState
          title="No facilitators yet"
          action={<Button onClick={() => setOpen('new')}>Add the first</Button>}
        >
          Facilitators plan events and look after attendees.
        </EmptyState>
      )}
      {data && data.length > 0 && <People people={data} onEdit={setOpen} />}
      <FacilitatorDrawer facilitator={open} onClose={() => setOpen(undefined)} />
    </Page>
  )
}

function People({ people, onEdit }: { people: Facilitator[]; onEdit: (facilitator: Facilitator) => void }) {
  return (
    <Surface>
      <ul className={classes.list}>
        {people.map((facilitator) => (
          <li key={facilitator.id}>
            <Portrait facilitator={facilitator} size={52} />
            <Stack gap={1}>
              <Group gap="xs">
                <TextLink to={paths.facilitator} params={{ id: String(facilitator.id) }} c="inherit" fw={500}>
                  <bdi>{facilitator.name}</bdi>
                </TextLink>
                {!facilitator.is_active && <Mark>Inactive</Mark>}
              </Group>
              <Text size="sm" c="dimmed">
                <bdi dir="ltr">{experienceInWords(facilitator)}</bdi>
              </Text>
            </Stack>
            <Button
              variant="default"
              size="sm"
              onPointerEnter={FacilitatorDrawer.prepare}
              onClick={() => onEdit(facilitator)}
              aria-label={`Change ${facilitator.name}`}
            >
              Change
            </Button>
          </li>
        ))}
      </ul>
    </Surface>
  )
}
