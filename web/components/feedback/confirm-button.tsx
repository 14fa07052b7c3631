import { Anchor, Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useOnDemand } from './use-on-demand.ts'

const loadDialog = () => import('./confirm-dialog.tsx')

type Props = {
  label: string
  /** The title of the dialog, with a question mark. */
  question: string
  /** What confirming does. */
  children: ReactNode
  /** The label of the button that closes the dialog. It comes first and has the focus. */
  keep: string
  confirm: string
  isBusy?: boolean
  /** Looks like a link. */
  isQuiet?: boolean | undefined
  onConfirm: () => void
}

/** A button that asks for confirmation in a dialog, whose code is loaded when somebody reaches for it. */
export function ConfirmButton({ label, isBusy, isQuiet, onConfirm, ...dialog }: Props) {
  const { Loaded: ConfirmDialog, prepare, open } = useOnDemand(loadDialog, (module) => module.ConfirmDialog)
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  const yes = () => {
    close()
    onConfirm()
  }
  const button = {
    onClick: () => open(() => setOpen(true)),
    onPointerEnter: prepare,
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
      {ConfirmDialog && <ConfirmDialog isOpen={isOpen} onClose={close} onConfirm={yes} {...dialog} />}
    </>
  )
}
