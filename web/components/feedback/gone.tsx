import type { ReactNode } from 'react'
import { PageTitle } from '#web/components/layout/page.tsx'
import { EmptyState } from './empty-state.tsx'

type Props = { noun: 'event' | 'facilitator'; action: ReactNode }

/** For a link to what was there once, or never: nothing to try again, but somewhere to go on. */
export function Gone({ noun, action }: Props) {
  const title = `This ${noun} is not here any more`
  return (
    <>
      <PageTitle title={title} />
      <EmptyState title={title} action={action}>
        The link may be old, or a part of it may have got lost on the way.
      </EmptyState>
    </>
  )
}
