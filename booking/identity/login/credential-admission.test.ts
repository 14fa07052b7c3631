import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppError } from '#shared/errors/app-error.ts'
import { createCredentialDoors } from './credential-admission.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Doors whose visitors stay inside until `letOut` shows the next one the way. */
function openDoors(isPerNetwork = true) {
  const doors = createCredentialDoors(isPerNetwork)
  const entered: string[] = []
  const inside: (() => void)[] = []
  const statuses: number[] = []
  const visit = (ip: string, account: string) =>
    doors
      .enter(ip, account, () => {
        entered.push(`${ip} ${account}`)
        return new Promise<void>((resolve) => inside.push(resolve))
      })
      .then(
        () => void statuses.push(200),
        ({ status }: AppError) => void statuses.push(status),
      )
  const letOut = async () => {
    inside.shift()?.()
    await settled()
  }
  return { doors, visit, letOut, entered, statuses, inside }
}

test('three are inside at once; another network is next, however many of one are waiting', async () => {
  const { visit, letOut, entered, statuses } = openDoors()
  for (let i = 0; i < 50; i++) visit('192.0.2.1', `guess ${i}`)
  visit('192.0.2.2', 'ann')
  visit('2001:db8::1', 'bob')
  await settled()
  assert.equal(entered.length, 3)
  for (let i = 0; i < 3; i++) await letOut()
  assert.deepEqual(entered.slice(3), ['192.0.2.1 guess 3', '192.0.2.2 ann', '2001:db8::1 bob'])
  for (let i = 0; i < 60; i++) await letOut()
  assert.equal(statuses.filter((status) => status === 200).length, 52)
})

test('within a network an account is next, however many wait for another one', async () => {
  const { visit, letOut, entered } = openDoors()
  for (let i = 0; i < 50; i++) visit('192.0.2.1', 'guessed-at')
  visit('192.0.2.1', 'ann')
  for (let i = 0; i < 2; i++) await letOut()
  assert.deepEqual(entered.slice(3), ['192.0.2.1 guessed-at', '192.0.2.1 ann'])
})

test('who came in from there before goes before strangers, and finds room when those have filled theirs', async () => {
  const { visit, letOut, entered, statuses } = openDoors()
  visit('192.0.2.1', 'Ann@Example.com')
  await settled()
  await letOut()
  for (let i = 0; i < 150; i++) visit('192.0.2.1', `guess ${i}`)
  await settled()
  assert.equal(statuses.filter((status) => status === 503).length, 47, 'three inside, a hundred wait')
  visit('192.0.2.1', ' ann@example.com ')
  await letOut()
  assert.equal(entered.at(-1), '192.0.2.1  ann@example.com ')
})

test('a network that fills its line leaves room for others; without bounds by network it may have it all', async () => {
  const bounded = openDoors()
  for (let i = 0; i < 1_100; i++) bounded.visit('192.0.2.1', `guess ${i}`)
  bounded.visit('192.0.2.2', 'ann')
  await settled()
  assert.equal(bounded.statuses.length, 997)
  await bounded.letOut()
  await bounded.letOut()
  assert.equal(bounded.entered.at(-1), '192.0.2.2 ann')

  const unbounded = openDoors(false)
  for (let i = 0; i < 1_003; i++) unbounded.visit('192.0.2.1', `guess ${i}`)
  await settled()
  assert.equal(unbounded.statuses.length, 0)
})

test('nobody waits longer than six seconds, and who has gone takes no turn', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { visit, letOut, entered, statuses } = openDoors()
  for (let i = 0; i < 4; i++) visit('192.0.2.1', `guess ${i}`)
  t.mock.timers.tick(6_000)
  await settled()
  assert.deepEqual(statuses, [503])
  for (let i = 0; i < 3; i++) await letOut()
  visit('192.0.2.1', 'next')
  assert.equal(entered.at(-1), '192.0.2.1 next')
})

test('work that fails makes nobody known, and frees its place', async () => {
  const { doors, visit, letOut, entered } = openDoors()
  await assert.rejects(
    doors.enter('192.0.2.1', 'ann', () => Promise.reject(new Error('no'))),
    /no/,
  )
  for (let i = 0; i < 6; i++) visit('192.0.2.1', `guess ${i}`)
  visit('192.0.2.1', 'ann')
  await letOut()
  assert.equal(entered.at(-1), '192.0.2.1 guess 3')
})

test('renewing a session does not wait behind passwords', async () => {
  const { doors, visit } = openDoors()
  for (let i = 0; i < 50; i++) visit('192.0.2.1', `guess ${i}`)
  assert.equal(await doors.pass('192.0.2.1', async () => 'renewed'), 'renewed')
})
