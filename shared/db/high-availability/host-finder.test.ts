import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '#shared/db/database-url.ts'
import { createHostFinder, type HostState } from './host-finder.ts'

const address = (name: string): Address => ({ name, host: name, port: 5432, connectionString: '' })
const [one, two] = [address('one'), address('two')]
const log = { info() {}, warn() {} }

const PRIMARY: HostState = { isStandby: false, timeline: 1 }
const STANDBY: HostState = { isStandby: true, timeline: 0 }
const PROMOTED: HostState = { isStandby: false, timeline: 2 }

/** Hosts that say what `states` says of them; without a state they are away. */
function finder(
  states: Record<string, HostState | 'silent' | undefined>,
  role: 'primary' | 'replica' = 'primary',
) {
  const asked: string[] = []
  const hosts = createHostFinder({
    role,
    addresses: [one, two],
    log,
    async probe({ name }) {
      asked.push(name)
      const state = states[name]
      if (state === 'silent') await sleep(5_000, undefined, { ref: false })
      if (!state || state === 'silent') throw new Error('connect ECONNREFUSED')
      return state
    },
  })
  return { hosts, asked }
}

test('the primary is found once, and shared by simultaneous callers', async () => {
  const { hosts, asked } = finder({ one: STANDBY, two: PRIMARY })
  const found = await Promise.all([hosts.find(), hosts.find()])
  assert.deepEqual([...found, await hosts.find()], [two, two, two])
  assert.deepEqual(asked, ['one', 'two'])
})

test('a host that says nothing does not hold up the search', async () => {
  const { hosts } = finder({ one: 'silent', two: PRIMARY })
  const beganAt = performance.now()
  assert.equal(await hosts.find(), two)
  assert.ok(performance.now() - beganAt < 1_000)
})

test('a host in doubt is looked for again, another one is not', async () => {
  const states = { one: PRIMARY, two: STANDBY } as Record<string, HostState | undefined>
  const { hosts, asked } = finder(states)
  assert.equal(await hosts.find(), one)
  hosts.distrust(two)
  assert.equal(await hosts.find(), one)
  assert.equal(asked.length, 2)
  states.one = undefined
  states.two = PROMOTED
  hosts.distrust(one)
  assert.equal(await hosts.find(), two)
})

test('of two that believe they are the primary, the one promoted last is', async () => {
  const states = { one: PRIMARY, two: PROMOTED } as Record<string, HostState | undefined>
  const { hosts } = finder(states)
  assert.equal(await hosts.find(), two)
  // The one from before the promotion is not taken either when it is the only one left.
  states.two = undefined
  hosts.distrust(two)
  await assert.rejects(hosts.find(), { code: '08001' })
})

test('without a primary everybody is told so as of a database that is away', async () => {
  const { hosts } = finder({ one: STANDBY })
  await assert.rejects(hosts.find(), {
    code: '08001',
    message: /none of the hosts is a primary \(one: standby; two: connect ECONNREFUSED\)/,
  })
})

test('a replica is a host that follows', async () => {
  assert.equal(await finder({ one: PRIMARY, two: STANDBY }, 'replica').hosts.find(), two)
})
