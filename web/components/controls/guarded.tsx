import { Button, Drawer, type DrawerProps, Group, Modal, type ModalProps, Stack, Text } from '@mantine/core'
import { createContext, type ReactNode, type RefObject, useContext, useEffect, useRef, useState } from 'react'

type Unsaved = { discard: () => void }

const Guard = createContext<RefObject<Unsaved | undefined> | undefined>(undefined)

/** A drawer that asks before typed text is thrown away. What is in it says so with `useUnsaved`. */
export function GuardedDrawer({ onClose, children, ...props }: DrawerProps) {
  const { ask, isAsking, wrap } = useGuard(onClose)
  return (
    <Drawer onClose={ask} closeOnEscape={!isAsking} {...props}>
      {wrap(children)}
    </Drawer>
  )
}

/** The same for a dialog. */
export function GuardedModal({ onClose, children, ...props }: ModalProps) {
  const { ask, isAsking, wrap } = useGuard(onClose)
  return (
    <Modal onClose={ask} closeOnEscape={!isAsking} {...props}>
      {wrap(children)}
    </Modal>
  )
}

/** `discard` is called when the reader decides to lose the text. */
export function useUnsaved(isUnsaved: boolean, discard: () => void = () => {}): void {
  const guard = useContext(Guard)
  useEffect(() => {
    if (!guard) return
    guard.current = isUnsaved ? { discard } : undefined
    return () => {
      guard.current = undefined
    }
  })
}

function useGuard(onClose: () => void) {
  const unsaved = useRef<Unsaved>(undefined)
  const [isAsking, setAsking] = useState(false)
  const keep = () => setAsking(false)
  const discard = () => {
    setAsking(false)
    unsaved.current?.discard()
    onClose()
  }
  const wrap = (children: ReactNode) => (
    <Guard value={unsaved}>
      {children}
      {/* Mounted on demand: Mantine’s handler of a mounted dialog would take the Escape that opens it for its own. */}
      {isAsking && (
        <Modal opened onClose={keep} zIndex={250} title="Discard what you have typed?">
          <Stack>
            <Text>It has not been saved.</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={discard}>
                Discard
              </Button>
              <Button onClick={keep} data-autofocus>
                Keep writing
              </Button>
            </Group>
          </Stack>
        </Modal>
      )}
    </Guard>
  )
  return { ask: () => (unsaved.current ? setAsking(true) : onClose()), isAsking, wrap }
}
