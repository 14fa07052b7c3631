import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { MouseEventHandler, Ref } from 'react'

type WithRef<P> = P & { ref?: Ref<HTMLAnchorElement>; onClick?: MouseEventHandler<HTMLAnchorElement> }

/** Mantine's components as links of the router: the compiler checks addresses, and pages are preloaded. */
export const TextLink = createLink((props: WithRef<AnchorProps>) => <Anchor {...props} />)
export const LinkButton = createLink((props: WithRef<ButtonProps>) => <Button component="a" {...props} />)
