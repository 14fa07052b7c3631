import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process of ours that does what it is asked. */
export type Remote = {
  pid: number
  ask<Result>(command: string, payload?: unknown): Promise<Result>
  stop(): Promise<void>
}

type Question = { id: number; command: string; payload: unknown }
type Answer = { id: number; result?: unknown; error?: string }
type Handlers = Record<string, (payload: never) => unknown>

export function startRemote(file: string, execArgv: string[] = []): Remote {
  const child = fork(file, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let asked = 0
  child.on('message', ({ id, result, error }: Answer) => {
    const question = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) question?.resolve(result)
    else question?.reject(new Error(error))
  })
  child.once('exit', (code, signal) => {
    for (const question of waiting.values()) question.reject(new Error(`${file} ended: ${signal ?? code}`))
  })
  return {
    pid: child.pid ?? 0,
    ask<Result>(command: string, payload?: unknown) {
      const id = ++asked
      const question = Promise.withResolvers<unknown>()
      waiting.set(id, question)
      child.send({ id, command, payload } satisfies Question, (error) => error && question.reject(error))
      return question.promise as Promise<Result>
    },
    stop: () => end(child),
  }
}

/** The other side, in the process itself. It ends with the process that started it. */
export function serveRemote(handlers: Handlers): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', async ({ id, command, payload }: Question) => {
    try {
      const handler = handlers[command]
      if (!handler) throw new Error(`There is no command ${command}`)
      process.send?.({ id, result: await handler(payload as never) } satisfies Answer)
    } catch (error) {
      process.send?.({ id, error: (error as Error).stack ?? String(error) } satisfies Answer)
    }
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
