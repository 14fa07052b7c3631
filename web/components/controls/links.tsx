import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { Ref } from 'react'

type WithRef<P> = P & { ref?: Ref<HTMLAnchorElement> }

/** Mantine's looks with the router's manners: addresses are checked by the compiler, pages loaded ahead. */
export const TextLink = createLink((props: WithRef<AnchorProps>) => <Anchor {...props} />)
export const LinkButton = createLink((props: WithRef<ButtonProps>) => <Button component="a" {...props} />)
