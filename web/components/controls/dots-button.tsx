import { ActionIcon, type ActionIconProps } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

type Props = ActionIconProps &
  Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps> & {
    label: string
    iconSize?: number
  }

/** The button of a menu with what can be done. */
export const DotsButton = ({ label, iconSize = 20, ...props }: Props) => (
  <ActionIcon variant="subtle" color="gray" radius="xl" aria-label={label} {...props}>
    <IconDots size={iconSize} stroke={1.6} />
  </ActionIcon>
)
