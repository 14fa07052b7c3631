import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { type Exchange, exchange } from '#harness/clients/raw-socket.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'
import { type JunkCase, junkCases } from './http-junk.ts'

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
const AT_ONCE = 16

let booking: ServiceProcess

before(async () => {
  booking = await startService('booking', { LOG_LEVEL: 'info' })
})
after(() => booking.stop())

test('bytes that are no proper HTTP are refused, and nothing is smuggled', async (t) => {
  const cases = junkCases(seed)
  t.diagnostic(`${cases.length} cases, seed ${seed}`)
  assert.ok(cases.length >= 300)
  const faults = await sendAll(booking.port, cases)
  assert.deepEqual(faults, [], `again with FUZZ_SEED=${seed}`)
})

test('it has done no harm', async () => {
  assert.equal((await fetch(`${booking.url}/health`)).status, 200)
  assert.doesNotMatch(booking.output(), /"level":[56]0|smuggled/)
})

test('a server that takes everything would be caught', async () => {
  const careless = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'))
  }).listen(0, '127.0.0.1')
  await once(careless, 'listening')
  const cases = junkCases(seed)
  const faults = await sendAll((careless.address() as AddressInfo).port, cases)
  assert.equal(faults.length, cases.length)
  careless.close()
})

async function sendAll(port: number, cases: JunkCase[]): Promise<string[]> {
  const faults: string[] = []
  const waiting = [...cases]
  const sender = async () => {
    for (let each = waiting.pop(); each; each = waiting.pop()) {
      const fault = judge(each, await exchange(port, each.bytes))
      if (fault) faults.push(`${each.name}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  return faults
}

function judge({ kind }: JunkCase, { statuses, text, isClosed }: Exchange): string | undefined {
  const [status] = statuses
  if (statuses.some((each) => each >= 500)) return `answered ${statuses}`
  if (kind === 'twice' && statuses.length > 1) return `answered twice: ${statuses}`
  if (kind === 'lawful') return statuses.length <= 1 ? undefined : `answered ${statuses.length} times`
  if (status !== undefined && status < 400) return `answered ${status}`
  if (status === undefined && !isClosed) return 'neither answered nor closed'
  if (text.includes('{') && !/"error":".+","code":"/.test(text)) return `not our error: ${text.slice(-80)}`
  return undefined
}
