import { Menu, type MenuProps } from '@mantine/core'
import { type ReactNode, type Ref, type RefObject, useImperativeHandle, useRef } from 'react'

/** What the menu of a button that is on the page already is given by `menuOnDemand`. `id` is the button's. */
export type MenuOfButton = {
  id: string
  button: RefObject<HTMLButtonElement | null>
  isOpen: boolean
  onChange: (isOpen: boolean) => void
}

type Props = MenuOfButton &
  Pick<MenuProps, 'width' | 'middlewares'> & { className?: string | undefined; children: ReactNode }

export function ButtonMenu({ button, isOpen, onChange, className, children, ...props }: Props) {
  const dropdown = useRef<HTMLDivElement>(null)
  const change = (isOpen: boolean) => {
    // At once: what an item opens gives the focus back to where it was.
    if (dropdown.current?.contains(document.activeElement)) button.current?.focus({ preventScroll: true })
    onChange(isOpen)
  }
  return (
    <Menu position="bottom-end" withinPortal opened={isOpen} onChange={change} {...props}>
      <Menu.Target>
        <Place of={button} />
      </Menu.Target>
      <Menu.Dropdown ref={dropdown} className={className}>
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Stands for the button, which Mantine would render itself. */
function Place({ of, ref }: { of: MenuOfButton['button']; ref?: Ref<HTMLButtonElement | null> }) {
  useImperativeHandle<HTMLButtonElement | null, HTMLButtonElement | null>(ref, () => of.current, [of])
  return null
}
