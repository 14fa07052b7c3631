import type { ReactNode } from 'react'
import { PageTitle } from '#web/components/layout/page.tsx'
import { EmptyState } from './empty-state.tsx'

type Props = { noun: 'event' | 'facilitator'; action: ReactNode; children?: ReactNode }

/** For an address of something that does not exist: no retry, but a way to go on. */
export function Gone({ noun, action, children }: Props) {
  const title = `This ${noun} is not here any more`
  return (
    <>
      <PageTitle title={title} />
      <EmptyState title={title} action={action}>
        {noun === 'event' && 'It may have been taken off the programme. '}
        The link may be out of date or incomplete.
      </EmptyState>
      {children}
    </>
  )
}
