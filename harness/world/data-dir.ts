import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startNoMore } from '#harness/processes/services.ts'
import { createDataDir, killProcessesOf, removeDataDir } from '#harness/processes/stillpoint-process.ts'
import { stopAbandonedServer } from '#shared/db/embedded/leave.ts'
import { makeSocketDir } from '#shared/db/embedded/socket-dir.ts'

export type OnClose = (close: () => Promise<unknown>) => void

const openDirs = new Set<() => Promise<void>>()

/**
 * Runs `work` with a data directory, by default a new temporary one, and leaves nothing of it behind. What `onClose` was
 * given is closed first, the last one first.
 */
export async function inDataDir<T>(
  given: string | undefined,
  work: (dataDir: string, onClose: OnClose) => Promise<T>,
): Promise<T> {
  const dataDir = given ?? createDataDir()
  const closers: (() => Promise<unknown>)[] = []
  const cleanUp = async () => {
    openDirs.delete(cleanUp)
    for (const close of closers.splice(0).reverse()) await close()
    await remove(dataDir)
  }
  openDirs.add(cleanUp)
  try {
    return await work(dataDir, (close) => closers.push(close))
  } finally {
    await cleanUp()
  }
}

/** A run that is broken off leaves nothing behind either: cleans up and ends the process with 130. */
export function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void breakOff(signal))
}

/** Closes every data directory that is open, and ends the process with 130. */
export async function breakOff(reason: string): Promise<void> {
  console.error(`Broken off (${reason}); cleaning up.`)
  // What is under way fails when its processes are taken away; that must not end the cleaning.
  process.on('uncaughtException', () => {})
  startNoMore()
  await Promise.all([...openDirs].map((cleanUp) => cleanUp()))
  process.exit(130)
}

async function remove(dataDir: string): Promise<void> {
  for (const name of ['booking', 'crm']) await stopAbandonedServer(join(dataDir, name)).catch(() => {})
  await killProcessesOf(dataDir).catch(() => {})
  // A server that was killed leaves its socket behind.
  for (const pgDir of ['booking', 'crm'].map((name) => join(dataDir, name, 'pg')))
    if (existsSync(pgDir)) rmSync(makeSocketDir(realpathSync(pgDir)), { recursive: true, force: true })
  removeDataDir(dataDir)
}
