import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Remote, startRemote } from '../remote.ts'
import { type Recorded, record } from './recorded.ts'

export type BareServer = {
  pids: number[]
  url: string
  /** From now on it answers like that, byte for byte; throws when it does not. */
  imitate(recorded: Recorded & { all: string[] }, request?: { method?: string; body?: string }): Promise<void>
  /** The same, without a look at what really goes out. */
  answer(recorded: Recorded): Promise<void>
  stop(): Promise<void>
}

/** The system deals connections out to its processes, as it does to those of the Main API. */
export async function startBareServer({ processes = 1 } = {}): Promise<BareServer> {
  const remotes = Array.from({ length: processes }, () =>
    startRemote(join(import.meta.dirname, 'bare-process.ts')),
  )
  const [first, ...others] = remotes as [Remote, ...Remote[]]
  const reusePort = processes > 1
  const port = await first.ask<number>('listen', { port: 0, reusePort })
  for (const remote of others) await remote.ask('listen', { port, reusePort })
  const url = `http://127.0.0.1:${port}`
  return {
    pids: remotes.map(({ pid }) => pid),
    url,
    async imitate(recorded, request = {}) {
      for (const remote of remotes) await remote.ask('answer', recorded)
      const own = await record(url, recorded.path, request)
      assert.equal(own.status, recorded.status)
      assert.equal(own.body, recorded.body)
      assert.deepEqual(own.all.toSorted(), recorded.all.toSorted())
    },
    async answer(recorded) {
      for (const remote of remotes) await remote.ask('answer', recorded)
    },
    async stop() {
      for (const remote of remotes) await remote.stop()
    },
  }
}
