import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppError } from '#shared/errors/app-error.ts'
import { createCredentialAdmission } from './credential-admission.ts'

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Work submitted here runs until `finish` ends the oldest that is running. */
function openAdmission(isPerNetwork = true) {
  const admission = createCredentialAdmission(isPerNetwork)
  const started: string[] = []
  const running: (() => void)[] = []
  const statuses: number[] = []
  const submit = (ip: string, account: string) =>
    admission
      .runWithHash(ip, account, () => {
        started.push(`${ip} ${account}`)
        return new Promise<void>((resolve) => running.push(resolve))
      })
      .then(
        () => void statuses.push(200),
        ({ status }: AppError) => void statuses.push(status),
      )
  const finish = async () => {
    running.shift()?.()
    await settled()
  }
  return { admission, submit, finish, started, statuses }
}

test('three run at once; networks take turns, however many of one are waiting', async () => {
  const { submit, finish, started, statuses } = openAdmission()
  for (let i = 0; i < 50; i++) submit('192.0.2.1', `guess ${i}`)
  submit('192.0.2.2', 'ann')
  submit('2001:db8::1', 'bob')
  await settled()
  assert.equal(started.length, 3)
  for (let i = 0; i < 3; i++) await finish()
  assert.deepEqual(started.slice(3), ['192.0.2.1 guess 3', '192.0.2.2 ann', '2001:db8::1 bob'])
  for (let i = 0; i < 60; i++) await finish()
  assert.equal(statuses.filter((status) => status === 200).length, 52)
})

test('within a network accounts take turns, however many wait for one of them', async () => {
  const { submit, finish, started } = openAdmission()
  for (let i = 0; i < 50; i++) submit('192.0.2.1', 'guessed-at')
  submit('192.0.2.1', 'ann')
  for (let i = 0; i < 2; i++) await finish()
  assert.deepEqual(started.slice(3), ['192.0.2.1 guessed-at', '192.0.2.1 ann'])
})

test('accounts that have logged in from a network go before unknown ones, and have a bound of their own', async () => {
  const { submit, finish, started, statuses } = openAdmission()
  submit('192.0.2.1', 'Ann@Example.com')
  await settled()
  await finish()
  for (let i = 0; i < 150; i++) submit('192.0.2.1', `guess ${i}`)
  await settled()
  assert.equal(statuses.filter((status) => status === 503).length, 47, 'three run, a hundred wait')
  submit('192.0.2.1', ' ann@example.com ')
  await finish()
  assert.equal(started.at(-1), '192.0.2.1  ann@example.com ')
})

test('a network that fills its queue leaves room for others; without bounds per network it may take all', async () => {
  const bounded = openAdmission()
  for (let i = 0; i < 1_100; i++) bounded.submit('192.0.2.1', `guess ${i}`)
  bounded.submit('192.0.2.2', 'ann')
  await settled()
  assert.equal(bounded.statuses.length, 997)
  await bounded.finish()
  await bounded.finish()
  assert.equal(bounded.started.at(-1), '192.0.2.2 ann')

  const unbounded = openAdmission(false)
  for (let i = 0; i < 1_003; i++) unbounded.submit('192.0.2.1', `guess ${i}`)
  await settled()
  assert.equal(unbounded.statuses.length, 0)
})

test('waiting ends with 503 after six seconds, and what has timed out is never started', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { submit, finish, started, statuses } = openAdmission()
  for (let i = 0; i < 4; i++) submit('192.0.2.1', `guess ${i}`)
  t.mock.timers.tick(6_000)
  await settled()
  assert.deepEqual(statuses, [503])
  for (let i = 0; i < 3; i++) await finish()
  submit('192.0.2.1', 'next')
  assert.equal(started.at(-1), '192.0.2.1 next')
})

test('work that fails does not make an account known, and releases its permit', async () => {
  const { admission, submit, finish, started } = openAdmission()
  await assert.rejects(
    admission.runWithHash('192.0.2.1', 'ann', () => Promise.reject(new Error('no'))),
    /no/,
  )
  for (let i = 0; i < 6; i++) submit('192.0.2.1', `guess ${i}`)
  submit('192.0.2.1', 'ann')
  await finish()
  assert.equal(started.at(-1), '192.0.2.1 guess 3')
})

test('renewing a session does not wait behind passwords', async () => {
  const { admission, submit } = openAdmission()
  for (let i = 0; i < 50; i++) submit('192.0.2.1', `guess ${i}`)
  assert.equal(await admission.runWithoutHash('192.0.2.1', async () => 'renewed'), 'renewed')
})
