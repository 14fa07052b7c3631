import { Box, type BoxProps } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './surface.module.css'

type Props = BoxProps & {
  component?: 'div' | 'section' | 'article' | 'li'
  label?: string
  children: ReactNode
}

/** A raised panel. */
export function Surface({ component = 'div', label, className, ...props }: Props) {
  const classNames = [classes.surface, className].filter(Boolean).join(' ')
  return <Box component={component} aria-label={label} className={classNames} {...props} />
}
