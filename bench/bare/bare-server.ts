import assert from 'node:assert/strict'
import { join } from 'node:path'
import { startRemote } from '../remote.ts'
import { type Recorded, record } from './recorded.ts'

export type BareServer = {
  pid: number
  url: string
  /** From now on it answers like that, byte for byte; throws when it does not. */
  imitate(recorded: Recorded & { all: string[] }, request?: { method?: string; body?: string }): Promise<void>
  stop(): Promise<void>
}

export async function startBareServer(): Promise<BareServer> {
  const remote = startRemote(join(import.meta.dirname, 'bare-process.ts'))
  const url = `http://127.0.0.1:${await remote.ask<number>('listen')}`
  return {
    pid: remote.pid,
    url,
    async imitate(recorded, request = {}) {
      await remote.ask('answer', recorded)
      const own = await record(url, recorded.path, request)
      assert.equal(own.status, recorded.status)
      assert.equal(own.body, recorded.body)
      assert.deepEqual(own.all.toSorted(), recorded.all.toSorted())
    },
    stop: remote.stop,
  }
}
