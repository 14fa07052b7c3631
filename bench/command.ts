import { closeWorlds } from '#harness/world/world.ts'
import { refuseCommandLine } from '#shared/process/command-line.ts'

/** A run that is broken off leaves nothing behind either. */
export function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      // What is under way fails when its processes are taken away; that must not end the tidying up.
      process.on('uncaughtException', () => {})
      void closeWorlds().then(() => process.exit(130))
    })
}

/** Lines with the time since the start in front. */
export function createLog(): (line: string) => void {
  const beganAt = performance.now()
  return (line) => console.log(`${((performance.now() - beganAt) / 1000).toFixed(1).padStart(7)} s  ${line}`)
}

export function readWholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  return Number.isInteger(value) && value >= min && value <= max
    ? value
    : refuseCommandLine(`--${name} must be a whole number from ${min} to ${max}.`)
}
