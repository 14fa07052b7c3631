import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figureOf, type Proof } from '../proof.ts'

const TEST_MAX_MS = 180_000

/** The short forms as tests; what a proof said on its way is shown when it fails. */
export function testQuickly(proofs: Proof[]): void {
  for (const proof of proofs) {
    test(proof.claim, { timeout: TEST_MAX_MS }, async () => {
      const lines: string[] = []
      const verdict = await proof.run({ quick: true, seed: 1, log: (line) => lines.push(line) })
      assert.ok(verdict.ok, [figureOf(verdict), ...lines].join('\n'))
    })
  }
}
