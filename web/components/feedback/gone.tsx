import type { ReactNode } from 'react'
import { PageTitle } from '#web/components/layout/page.tsx'
import { EmptyState } from './empty-state.tsx'

type Props = { noun: 'event' | 'facilitator'; action: ReactNode }

/** For an address of something that does not exist: no retry, but a way to go on. */
export function Gone({ noun, action }: Props) {
  const title = `This ${noun} no longer exists`
  return (
    <>
      <PageTitle title={title} />
      <EmptyState title={title} action={action}>
        The link may be out of date or incomplete.
      </EmptyState>
    </>
  )
}
