import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

/** Prints whether `nextTick` runs as V8's best code: after many ticks, and after thorough collections. */
const SCRIPT = `
  import { setImmediate as turn } from 'node:timers/promises'
  const [path, wanted] = process.argv.slice(1)
  const { keepTickShape } = await import(path)
  if (wanted === 'keep') keepTickShape()
  const TURBOFANNED = 1 << 6
  const isFast = () => (%GetOptimizationStatus(process.nextTick) & TURBOFANNED) !== 0
  for (let turns = 0; !isFast() && turns < 100_000; turns++) {
    for (let ticks = 0; ticks < 100; ticks++) process.nextTick(() => {})
    await turn()
  }
  const before = isFast()
  for (let times = 0; times < 3; times++) {
    await turn()
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }
  console.log(JSON.stringify({ before, after: isFast() }))
`

async function fastness(wanted: 'keep' | 'leave'): Promise<{ before: boolean; after: boolean }> {
  const options = ['--expose-gc', '--allow-natives-syntax', '--input-type=module', '--eval', SCRIPT]
  const path = join(import.meta.dirname, 'tick-shape.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...options, path, wanted])
  return JSON.parse(stdout)
}

test('ticks are as fast after a thorough collection as before', async () => {
  assert.deepEqual(await fastness('keep'), { before: true, after: true })
})

test('and would not be by themselves', async () => {
  // Code that was made before the shape was known does not depend on it: rare, but then nothing is seen.
  for (let attempt = 0; attempt < 10; attempt++) {
    const { before, after } = await fastness('leave')
    assert.equal(before, true)
    if (!after) return
  }
  assert.fail('nothing was forgotten in any of ten processes')
})
