import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

/** Waits until it is there, and says what it says instead when it does not say that. */
export async function expectText(locator: Locator, pattern: RegExp): Promise<void> {
  await locator.first().waitFor()
  // Playwright's filter joins what stands in different lines.
  const isThere = async () =>
    (await locator.filter({ hasText: pattern }).count()) > 0 ||
    pattern.test(await locator.first().innerText({ timeout: 1_000 }))
  try {
    await waitUntil(() => isThere().catch(() => false), 5_000)
  } catch {
    assert.match(await locator.first().innerText(), pattern)
  }
}

/** Waits until there are so many of them: a list that is asked for anew stays on the page until the answer is there. */
export async function expectCount(locator: Locator, count: number): Promise<void> {
  try {
    await waitUntil(async () => (await locator.count()) === count, 10_000)
  } catch {
    assert.equal(await locator.count(), count)
  }
}

/** The browser complains of every request that is refused, also when that was the point. Of nothing else it may. */
export async function expectOnlyRefusals(leaving: Promise<void>, ...statuses: number[]): Promise<void> {
  const complaints = await leaving.then(
    () => [],
    ({ actual }: { actual: string[] }) => actual,
  )
  const found = complaints.map(
    (text) => /^Failed to load resource: .* status of (\d+)/.exec(text)?.[1] ?? text,
  )
  assert.deepEqual(found, statuses.map(String))
}
