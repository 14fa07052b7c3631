import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, CDPSession, ViewportSize } from 'playwright-core'

/** A line of 1.6 Mbit/s with 150 ms, and a processor that is a quarter as fast: a phone in the country. */
const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 }
const SLOW_PROCESSOR = { rate: 4 }

export type FirstVisit = {
  /** Until the first contentful paint, the largest one, and until what the page is about is there. */
  firstPaintMs: number
  largestPaintMs: number
  contentMs: number
  /** The layout shift of everything that moved. */
  shift: number
  /** As transferred, with heads and with JSON compressed, until nothing more is loaded; and of scripts alone. */
  bytes: number
  scriptBytes: number
}

type Options = {
  url: string
  /** A selector of what the page is about. */
  content: string
  storageState?: BrowserContextOptions['storageState']
  viewport?: ViewportSize
  isSlow?: boolean
}

/** Visits a page with nothing in the cache. */
export async function visitFirst(
  browser: Browser,
  { url, content, storageState, viewport = { width: 1280, height: 800 }, isSlow = true }: Options,
): Promise<FirstVisit> {
  const context = await browser.newContext({
    viewport,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...(storageState && { storageState }),
  })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  const loads = countLoads(devtools)
  await devtools.send('Network.enable')
  if (isSlow) {
    await devtools.send('Network.emulateNetworkConditions', SLOW_LINE)
    await devtools.send('Emulation.setCPUThrottlingRate', SLOW_PROCESSOR)
  }
  await page.addInitScript(OBSERVE)
  await page.goto(url, { waitUntil: 'commit' })
  await page.locator(content).first().waitFor()
  const contentMs = (await page.evaluate('performance.now()')) as number
  await loads.untilQuiet()
  const painted = (await page.evaluate(`({
    firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    largestPaintMs: window.largestPaintMs,
    shift: window.shift,
  })`)) as Pick<FirstVisit, 'firstPaintMs' | 'largestPaintMs' | 'shift'>
  const { bytes, scriptBytes } = await loads.total()
  await context.close()
  return { ...painted, contentMs, bytes, scriptBytes }
}

const QUIET_MS = 750

/** Counts what is transferred. A stream of events never ends, and is not waited for. */
function countLoads(devtools: CDPSession) {
  const kinds = new Map<string, string>()
  const sizes = new Map<string, Promise<number>>()
  let lastMs = performance.now()
  devtools.on('Network.requestWillBeSent', () => {
    lastMs = performance.now()
  })
  devtools.on('Network.responseReceived', ({ requestId, type, response }) => {
    kinds.set(requestId, response.mimeType === 'application/json' ? 'JSON' : type)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    lastMs = performance.now()
    const isJson = kinds.get(requestId) === 'JSON'
    sizes.set(
      requestId,
      isJson ? asFromProxy(devtools, requestId, encodedDataLength) : Promise.resolve(encodedDataLength),
    )
  })
  const sum = async (isCounted: (requestId: string) => boolean) => {
    const counted = [...sizes].filter(([requestId]) => isCounted(requestId)).map(([, size]) => size)
    return (await Promise.all(counted)).reduce((total, size) => total + size, 0)
  }
  return {
    async untilQuiet() {
      while (performance.now() - lastMs < QUIET_MS) await sleep(50)
    },
    async total() {
      return { bytes: await sum(() => true), scriptBytes: await sum((id) => kinds.get(id) === 'Script') }
    },
  }
}

/** The proxy of production compresses what the Main API sends as JSON. */
async function asFromProxy(devtools: CDPSession, requestId: string, encodedDataLength: number) {
  const { body } = await devtools.send('Network.getResponseBody', { requestId })
  return encodedDataLength - Buffer.byteLength(body) + gzipSync(body).length
}

const OBSERVE = `
  window.shift = 0
  window.largestPaintMs = 0
  const observe = (type, see) =>
    new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true })
  observe('layout-shift', ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.shift += value
  })
  observe('largest-contentful-paint', ({ startTime }) => {
    window.largestPaintMs = startTime
  })`
