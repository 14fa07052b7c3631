/** Whether this instance has changed anything since the last file backup. */
export type UnsavedChanges = {
  mark(): void
  /** Returns the mark and clears it. Call before reading the data, so that a later change sets it again. */
  take(): boolean
}

export function createUnsavedChanges(): UnsavedChanges {
  let hasChanged = false
  return {
    mark() {
      hasChanged = true
    },
    take() {
      const taken = hasChanged
      hasChanged = false
      return taken
    },
  }
}
