import { Group, Pagination } from '@mantine/core'

type Props = { page: number; pages: number; onPage: (page: number) => void }

/** Renders nothing for a single page. */
export function PageSwitch({ page, pages, onPage }: Props) {
  if (pages <= 1) return null
  return (
    <Group justify="center" mt="xl">
      <Pagination
        total={pages}
        value={page}
        onChange={onPage}
        radius="xl"
        siblings={0}
        getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        getItemProps={(item) => ({ 'aria-label': `Page ${item}` })}
      />
    </Group>
  )
}
