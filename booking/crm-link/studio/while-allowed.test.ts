import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { whileAllowed } from './while-allowed.ts'

async function* slowly(): AsyncGenerator<number> {
  for (let n = 0; n < 5; n++) {
    yield n
    await sleep(400)
  }
}

async function take(isAllowed: () => Promise<boolean>) {
  const taken: number[] = []
  for await (const n of whileAllowed(isAllowed, slowly())) taken.push(n)
  return taken
}

test('a download is aborted within a second when access has ended', async () => {
  assert.deepEqual(await take(async () => true), [0, 1, 2, 3, 4])
  await assert.rejects(
    take(async () => false),
    /session .* has ended/,
  )
})
