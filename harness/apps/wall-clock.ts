import assert from 'node:assert/strict'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Asserts that `at` is when the clocks there first show that time, or later by as much as they skip. */
export function assertShows(at: number, wall: number, timezone: string): void {
  const [before = 0, after = 0] = [wall - 15 * HOUR_MS, wall + 15 * HOUR_MS].map(
    (ms) => wallMs(ms, timezone) - ms,
  )
  const first = [wall - before, wall - after]
    .sort((a, b) => a - b)
    .find((ms) => wallMs(ms, timezone) === wall)
  const message = `${timezone} ${new Date(wall).toISOString()}`
  if (first !== undefined) assert.equal(at, first, message)
  else assert.equal(wallMs(at, timezone), wall + after - before, `${message} is skipped`)
}

/** Asked of `Intl`, which knows nothing of how we compute: the clock there, read as if it were UTC. */
export function wallMs(ms: number, timezone: string): number {
  const parts = formatterOf(timezone).formatToParts(ms)
  const [year = 0, month = 1, day, hour, minute, second] = parts
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => Number(value))
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const numeric = 'numeric' as const
  const options = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  }
  const formatter = new Intl.DateTimeFormat('ja-JP', { ...options, timeZone, hourCycle: 'h23' })
  formatters.set(timeZone, formatter)
  return formatter
}

/** When clocks change in six years, to the hour, in every zone. */
export function changesOfClocks(): { timezone: string; at: number }[] {
  return Intl.supportedValuesOf('timeZone').flatMap((timezone) =>
    transitionsOf(timezone).map((at) => ({ timezone, at })),
  )
}

function transitionsOf(timezone: string): number[] {
  const offset = (ms: number) => wallMs(ms, timezone) - ms
  const found: number[] = []
  const [from, to] = [Date.UTC(2025, 0), Date.UTC(2031, 0)]
  for (let ms = from; ms < to; ms += 14 * DAY_MS) {
    if (offset(ms) === offset(ms + 14 * DAY_MS)) continue
    let [low, high] = [ms, ms + 14 * DAY_MS]
    while (high - low > HOUR_MS / 4) {
      const middle = (low + high) / 2
      if (offset(middle) === offset(ms)) low = middle
      else high = middle
    }
    found.push(Math.round(high / HOUR_MS) * HOUR_MS)
  }
  return found
}
