import { type ComponentType, type ReactNode, type Ref, useId, useRef, useState } from 'react'
import type { MenuOfButton } from '#web/components/controls/button-menu.tsx'
import { loadAhead } from '#web/lib/load-code.ts'
import { useOnDemand } from './use-on-demand.ts'

type ButtonProps = {
  ref: Ref<HTMLButtonElement>
  id: string
  'aria-haspopup': 'menu'
  'aria-expanded': boolean
  'aria-controls': string | undefined
  onClick: () => void
  onPointerEnter: () => void
}

/**
 * The menu of a button, whose code is loaded when somebody reaches for it, or before with `prepare`: menus are a tenth of what a first
 * visit would load. The first press opens it. Of a long list only the menus that were opened are there.
 */
export function menuOnDemand<M, P extends object>(
  load: () => Promise<M>,
  menuOf: (module: M) => ComponentType<P & MenuOfButton>,
) {
  const prepare = () => loadAhead(load)
  function MenuOnDemand({ button, ...props }: P & { button: (props: ButtonProps) => ReactNode }) {
    const { Loaded: Menu, open } = useOnDemand(load, menuOf)
    const [isOpen, setOpen] = useState(false)
    const ref = useRef<HTMLButtonElement>(null)
    const id = useId()
    return (
      <>
        {button({
          ref,
          id,
          'aria-haspopup': 'menu',
          'aria-expanded': isOpen,
          'aria-controls': isOpen ? `${id}-dropdown` : undefined,
          onClick: () => (isOpen ? setOpen(false) : open(() => setOpen(true))),
          onPointerEnter: prepare,
        })}
        {Menu && (
          <Menu {...(props as unknown as P)} id={id} button={ref} isOpen={isOpen} onChange={setOpen} />
        )}
      </>
    )
  }
  return Object.assign(MenuOnDemand, { prepare })
}
