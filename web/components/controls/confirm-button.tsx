import { Anchor, Button } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useState } from 'react'

const loadDialog = async () => ({ default: (await import('./confirm-dialog.tsx')).ConfirmDialog })
const ConfirmDialog = lazy(loadDialog)

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
  const [state, setState] = useState<'never opened' | 'open' | 'closed'>('never opened')
  const close = () => setState('closed')
  const yes = () => {
    close()
    onConfirm()
  }
  const button = {
    onClick: () => setState('open'),
    onPointerEnter: () => void loadDialog().catch(() => undefined),
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
      {state !== 'never opened' && (
        <Suspense fallback={null}>
          <ConfirmDialog isOpen={state === 'open'} onClose={close} onConfirm={yes} {...dialog} />
        </Suspense>
      )}
    </>
  )
}
