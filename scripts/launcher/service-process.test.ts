import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, test } from 'node:test'
import { startService, stopService } from './service-process.ts'

const root = mkdtempSync(join(tmpdir(), 'stillpoint-launched-'))
const script = relative(join(import.meta.dirname, '../..'), join(root, 'service.mjs'))
// Ends with the number of the signal that it has received.
writeFileSync(
  join(root, 'service.mjs'),
  `for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, (_, number) => process.exit(number))
   process.send({ type: 'demo logins', logins: [{ role: 'admin', email: 'a@b.test' }] })
   setInterval(() => {}, 60_000)`,
)
after(() => rmSync(root, { recursive: true }))

for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  test(`a service receives ${signal} as the launcher did, once it has told what it had to tell`, async () => {
    const service = startService('one', script, () => {})
    assert.deepEqual(await service.demoLogins, [{ role: 'admin', email: 'a@b.test' }])
    assert.equal(await stopService(service, signal, 0), false, 'no graceful end')
    assert.equal(service.child.exitCode, number)
  })
}

test('a service that is ended before it listens to signals has ended well', async () => {
  const service = startService('one', relative(join(import.meta.dirname, '../..'), '/dev/null'), () => {})
  await once(service.child, 'spawn')
  assert.equal(await stopService(service, 'SIGINT', 0), true)
})
