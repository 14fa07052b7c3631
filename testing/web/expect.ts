import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'

/** Waits until it is there, and says what it says instead when it does not say that. */
export async function expectText(locator: Locator, pattern: RegExp): Promise<void> {
  await locator.first().waitFor()
  try {
    await locator.filter({ hasText: pattern }).first().waitFor({ timeout: 5_000 })
  } catch {
    assert.match(await locator.first().innerText(), pattern)
  }
}
