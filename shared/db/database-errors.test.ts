import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDatabaseAway, isRolledBack } from './database-errors.ts'

const fault = (code: string, more = {}) => Object.assign(new Error('fault'), { code, ...more })

test('whatever keeps the database out of reach is nobody’s fault', () => {
  const away = [
    fault('ECONNREFUSED', { syscall: 'connect' }),
    fault('EHOSTUNREACH', { syscall: 'connect' }),
    // A name with two addresses, neither of which answers: Node gives both faults, and no system call.
    Object.assign(new AggregateError([fault('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    new Error('timeout expired'),
    fault('57P01'),
    fault('08001'),
    fault('25006'),
  ]
  assert.deepEqual(
    away.filter((error) => !isDatabaseAway(error)),
    [],
  )
  assert.deepEqual([fault('23505'), fault('ECONNREFUSED'), fault('42601')].filter(isDatabaseAway), [])
})

test('what a standby refuses to write has not been written', () => {
  assert.deepEqual(
    ['25006', '23505', '57P01', '08006'].map((code) => isRolledBack(fault(code))),
    [true, true, false, false],
  )
})
