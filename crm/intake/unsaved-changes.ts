/** Whether anything has changed since the last file backup, as far as this instance knows. */
export type Changes = {
  mark(): void
  /** True once after any number of marks. Take before reading, so that a change meanwhile marks anew. */
  take(): boolean
}

export function createChanges(): Changes {
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
