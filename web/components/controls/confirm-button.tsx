import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'

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
  onConfirm: () => void
}

/** A button that asks for confirmation in a dialog. */
export function ConfirmButton({ label, question, children, keep, confirm, isBusy, onConfirm }: Props) {
  const [isOpen, { open, close }] = useDisclosure()
  const yes = () => {
    close()
    onConfirm()
  }
  return (
    <>
      <Button variant="default" onClick={open} loading={isBusy} aria-haspopup="dialog">
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={question}>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {keep}
            </Button>
            <Button onClick={yes}>{confirm}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
