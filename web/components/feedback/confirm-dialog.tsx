import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = {
  isOpen: boolean
  question: string
  children: ReactNode
  keep: string
  confirm: string
  isReady?: boolean | undefined
  onClose: () => void
  onConfirm: () => void
}

/** The dialog of `ConfirmButton`. */
export function ConfirmDialog({
  isOpen,
  question,
  children,
  keep,
  confirm,
  isReady = true,
  onClose,
  onConfirm,
}: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={question}>
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {keep}
          </Button>
          <Button loading={!isReady} onClick={onConfirm}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
