import { Button } from '@mantine/core'
import { EmptyState } from './empty-state.tsx'

/** For a page of a list that has fewer pages, as an old address may ask for. */
export function PastTheEnd({ onFirstPage }: { onFirstPage: () => void }) {
  return (
    <EmptyState
      title="No more results"
      action={<Button onClick={onFirstPage}>Back to the first page</Button>}
    >
      This page does not exist: there are fewer results.
    </EmptyState>
  )
}
