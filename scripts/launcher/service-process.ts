import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { SERVICE_OPTIONS } from '#shared/lib/v8-memory.ts'
import type { DemoLogin, LauncherMessage } from '#shared/process/launcher-channel.ts'

export type Service = { name: string; child: ChildProcess; demoLogins: Promise<DemoLogin[]> }

const STOP_MAX_MS = 15_000

export function startService(name: string, script: string, onEnd: (service: Service) => void): Service {
  // In a session of its own, so that Ctrl-C reaches it only through the launcher and not from the terminal as well.
  // The end of the IPC channel tells the service that the launcher is gone, even after kill -9.
  const child = spawn(process.execPath, [...SERVICE_OPTIONS, join(import.meta.dirname, '../..', script)], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const { promise: demoLogins, resolve } = Promise.withResolvers<DemoLogin[]>()
  child.on('message', ({ logins }: LauncherMessage) => resolve(logins))
  const service = { name, child, demoLogins }
  child.once('exit', () => onEnd(service))
  return service
}

/**
 * Stops the service, by force after 15 s and the drain. Returns whether it exited with 0, or by `signal` before it had installed
 * its handlers.
 */
export async function stopService(
  { name, child }: Service,
  signal: NodeJS.Signals,
  drainSeconds: number,
): Promise<boolean> {
  const maxMs = STOP_MAX_MS + drainSeconds * 1_000
  if (hasEnded(child)) return child.exitCode === 0
  const timer = setTimeout(() => {
    console.error(`${name} has not stopped within ${maxMs / 1000} s; ending it. No data is lost.`)
    child.kill('SIGKILL')
  }, maxMs)
  child.kill(signal)
  await once(child, 'exit')
  clearTimeout(timer)
  return child.exitCode === 0 || child.signalCode === signal
}

export function serviceEnded({ child }: Service): string {
  return child.signalCode ? `signal ${child.signalCode}` : `exit code ${child.exitCode}`
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
