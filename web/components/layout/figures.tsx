import type { ReactNode } from 'react'
import classes from './figures.module.css'

type Props = { figures: { term: string; figure: ReactNode }[]; size?: 'medium' | 'large' }

/** A row of numbers with their labels. */
export function Figures({ figures, size = 'medium' }: Props) {
  return (
    <dl className={classes.figures} data-size={size}>
      {figures.map(({ term, figure }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  )
}
