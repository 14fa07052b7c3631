import { Button } from '@mantine/core'
import { useState } from 'react'
import { useOnDemand } from '#web/components/feedback/use-on-demand.ts'

const loadDialog = () => import('./delete-account-dialog.tsx')

export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const { Loaded: Dialog, prepare, open } = useOnDemand(loadDialog, (module) => module.DeleteAccountDialog)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        c="var(--bad)"
        aria-haspopup="dialog"
        onPointerEnter={prepare}
        onClick={() => open(() => setOpen(true))}
      >
        Delete account
      </Button>
      {Dialog && <Dialog isOpen={isOpen} hasPassword={hasPassword} onClose={() => setOpen(false)} />}
    </>
  )
}
