import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'

type Props = {
  label: string
  /** What is asked, with a question mark. */
  question: string
  /** What it means to say yes. */
  children: ReactNode
  /** What no means: the way out comes first and has the focus. */
  keep: string
  confirm: string
  isBusy?: boolean
  onConfirm: () => void
}

/** For what cannot be taken back, or not by oneself. */
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
