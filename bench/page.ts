/** What a first visit costs on a slow line, with the data of a studio: `npm run bench:page`. */
import { DEMO_PASSWORD } from '#booking/demo/demo-data.ts'
import { launchChromium } from '#harness/browser/chromium.ts'
import { type FirstVisit, visitFirst } from '#harness/browser/first-visit.ts'
import { median } from '#harness/load/figures.ts'
import { runScript } from '#harness/processes/run-script.ts'
import { startStillpoint } from '#harness/processes/stillpoint-process.ts'
import { cleanUpOnSignals, inDataDir } from '#harness/world/data-dir.ts'
import { readCommandLine } from '#shared/process/command-line.ts'
import { publish, readWholeNumber } from './command.ts'
import { type PageFigures, pageTable } from './report/tables.ts'

const usage = `npm run bench:page -- [options]

  --rounds N      how many visits of each page (3)
  --json FILE     everything that was measured
`
const { values } = readCommandLine(usage, {
  options: { rounds: { type: 'string', default: '3' }, json: { type: 'string' } },
})
const rounds = readWholeNumber('rounds', values.rounds, 1, 100)
cleanUpOnSignals()

/** Somebody of the studio's data with several bookings. */
const ATTENDEE = 'studio-3@example.com'

const figures = await inDataDir(undefined, async (dataDir, onClose): Promise<PageFigures[]> => {
  const { api, stop } = await startStillpoint(dataDir)
  onClose(stop)
  const seeding = await runScript('scripts/seed.ts', ['--studio'], { env: { DATA_DIR: dataDir } })
  if (seeding.code !== 0) throw new Error(seeding.errors)
  const browser = await launchChromium()
  onClose(() => browser.close())
  const storageState = await logIn(api)
  const pages = [
    { name: 'Home', path: '/', content: 'article' },
    { name: 'programme', path: '/events', content: 'article' },
    { name: 'event', path: '/events/1', content: 'h1' },
    { name: 'bookings, logged in', path: '/bookings', content: 'article', storageState },
    { name: 'programme, a line without limits', path: '/events', content: 'article', isSlow: false },
  ]
  const measured: PageFigures[] = []
  for (const { name, path, isSlow = true, ...visit } of pages) {
    const visits: FirstVisit[] = []
    for (let round = 1; round <= rounds; round++) {
      visits.push(await visitFirst(browser, { url: `${api}${path}`, isSlow, ...visit }))
      console.log(`${name} ${round}/${rounds}: ${JSON.stringify(visits.at(-1))}`)
    }
    measured.push({ name, isSlow, ...middle(visits) })
  }
  return measured
})
publish(
  {
    tables: [pageTable(figures)],
    how: `medians of ${rounds} visits with an empty cache, 1.6 Mbit/s, 150 ms, a quarter of the processor`,
    measured: { rounds, figures },
  },
  values,
)
process.exit(0)

async function logIn(api: string) {
  const response = await fetch(`${api}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: ATTENDEE, password: DEMO_PASSWORD }),
  })
  if (!response.ok) throw new Error(`The login was refused: ${await response.text()}`)
  const { user, access_token, refresh_token } = (await response.json()) as Record<string, unknown>
  const session = {
    name: 'stillpoint.session',
    value: JSON.stringify({ user, access_token, refresh_token }),
  }
  return { cookies: [], origins: [{ origin: api, localStorage: [session] }] }
}

/** Of each figure the median, of those that may not depend on load the largest. */
function middle(visits: FirstVisit[]): FirstVisit {
  const all = (key: keyof FirstVisit) => visits.map((visit) => visit[key])
  return {
    firstPaintMs: median(all('firstPaintMs')),
    largestPaintMs: median(all('largestPaintMs')),
    contentMs: median(all('contentMs')),
    shift: Math.max(...all('shift')),
    bytes: Math.max(...all('bytes')),
    scriptBytes: Math.max(...all('scriptBytes')),
  }
}
