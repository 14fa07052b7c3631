import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Trouble, withTrouble } from './troubles.rules.ts'

const after = (...told: [message: string, title: string][]) =>
  told.reduce<Trouble[]>((shown, [message, title]) => {
    const { kept, titles } = withTrouble(shown, { message, title })
    return [...kept, { message, titles }]
  }, [])

test('errors of one reason are one, with everybody whom they are about, each once', () => {
  assert.deepEqual(
    after(['Too late.', 'Ana'], ['Full.', 'Ben'], ['Too late.', 'Cleo'], ['Too late.', 'Ana']),
    [
      { message: 'Full.', titles: ['Ben'] },
      { message: 'Too late.', titles: ['Cleo', 'Ana'] },
    ],
  )
})

test('three reasons are shown at most, the newest', () => {
  const shown = after(['One.', 'A'], ['Two.', 'B'], ['Three.', 'C'], ['Four.', 'D'])
  assert.deepEqual(
    shown.map(({ message }) => message),
    ['Two.', 'Three.', 'Four.'],
  )
})
