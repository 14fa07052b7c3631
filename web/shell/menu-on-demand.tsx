import { type ComponentType, type ReactNode, useState } from 'react'
import { useOnDemand } from '#web/components/feedback/use-on-demand.ts'

type ButtonProps = { 'aria-haspopup'?: 'menu'; onClick?: () => void; onPointerEnter?: () => void }
type MenuProps = { defaultOpened: boolean }

/**
 * A button whose menu is code that is loaded when somebody reaches for it: menus are a tenth of what a first visit would load.
 * The first click opens it.
 */
export function menuOnDemand<M, P extends object>(
  load: () => Promise<M>,
  menuOf: (module: M) => ComponentType<P & MenuProps>,
  Button: (props: P & ButtonProps) => ReactNode,
) {
  return function MenuOnDemand(props: P) {
    const { Loaded: Menu, prepare, open } = useOnDemand(load, menuOf)
    const [isAsked, setAsked] = useState(false)
    if (Menu && isAsked) return <Menu {...props} defaultOpened />
    const ask = () => open(() => setAsked(true))
    return <Button {...props} aria-haspopup="menu" onClick={ask} onPointerEnter={prepare} />
  }
}
