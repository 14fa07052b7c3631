import { Button } from '@mantine/core'
import { useState } from 'react'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'

const DeleteAccountDialog = dialogOnDemand(
  () => import('./delete-account-dialog.tsx'),
  (module) => module.DeleteAccountDialog,
  'isOpen',
)

export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        c="var(--bad)"
        aria-haspopup="dialog"
        onPointerEnter={DeleteAccountDialog.prepare}
        onClick={() => setOpen(true)}
      >
        Delete account
      </Button>
      <DeleteAccountDialog isOpen={isOpen} hasPassword={hasPassword} onClose={() => setOpen(false)} />
    </>
  )
}
