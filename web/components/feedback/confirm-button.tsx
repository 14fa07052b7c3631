import { Anchor, Button } from '@mantine/core'
import { type ReactNode, useRef, useState } from 'react'
import { dialogOnDemand } from './dialog-on-demand.tsx'

const ConfirmDialog = dialogOnDemand(
  () => import('./confirm-dialog.tsx'),
  (module) => module.ConfirmDialog,
  'isOpen',
)

type Props = {
  label: string
  /** The title of the dialog, with a question mark. */
  question: string
  /** What confirming does. */
  children: ReactNode
  /** The label of the button that closes the dialog. It comes first and has the focus. */
  keep: string
  confirm: string
  /** Whether it is known what confirming does, which waits for it. */
  isReady?: boolean
  isBusy?: boolean
  /** Looks like a link. */
  isQuiet?: boolean | undefined
  /** Gets the button that has asked. */
  onConfirm: (button: HTMLButtonElement | null) => void
}

/** A button that asks for confirmation in a dialog, whose code is loaded when somebody reaches for it. */
export function ConfirmButton({ label, isBusy, isQuiet, onConfirm, ...dialog }: Props) {
  const [isOpen, setOpen] = useState(false)
  const ref = useRef<HTMLButtonElement>(null)
  const close = () => setOpen(false)
  const yes = () => {
    close()
    onConfirm(ref.current)
  }
  const button = {
    ref,
    onClick: () => setOpen(true),
    onPointerEnter: ConfirmDialog.prepare,
    'aria-haspopup': 'dialog',
  } as const
  return (
    <>
      {isQuiet ? (
        <Anchor component="button" type="button" size="sm" c="dimmed" underline="always" {...button}>
          {label}
        </Anchor>
      ) : (
        <Button variant="default" loading={isBusy} {...button}>
          {label}
        </Button>
      )}
      <ConfirmDialog isOpen={isOpen} onClose={close} onConfirm={yes} {...dialog} />
    </>
  )
}
