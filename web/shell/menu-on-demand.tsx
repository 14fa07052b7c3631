import { type ComponentType, type ReactNode, useState } from 'react'
import { tellError } from '#web/components/feedback/toast.tsx'

type ButtonProps = { 'aria-haspopup'?: 'menu'; onClick?: () => void; onPointerEnter?: () => void }
type MenuProps = { defaultOpened: boolean }

/**
 * A button whose menu is code that is loaded when somebody reaches for it: menus are a tenth of what a first visit would load.
 * The first click opens it.
 */
export function menuOnDemand<P extends object>(
  load: () => Promise<ComponentType<P & MenuProps>>,
  Button: (props: P & ButtonProps) => ReactNode,
) {
  return function MenuOnDemand(props: P) {
    const [Menu, setMenu] = useState<ComponentType<P & MenuProps>>()
    if (Menu) return <Menu {...props} defaultOpened />
    const prepare = () => void load().catch(() => undefined)
    const open = () => void load().then((Loaded) => setMenu(() => Loaded), tellError)
    return <Button {...props} aria-haspopup="menu" onClick={open} onPointerEnter={prepare} />
  }
}
