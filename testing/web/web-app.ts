import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContextOptions, Page, Request, Response } from 'playwright-core'
import { launchChromium } from '#harness/browser/chromium.ts'
import {
  createDataDir,
  removeDataDir,
  startStillpoint,
  waitUntil,
} from '#harness/processes/stillpoint-process.ts'

export const DEMO_PASSWORD = 'demo-password-123'

/** The product as people have it: both services, their databases and demo data, and a real browser in front. */
export type WebApp = {
  api: string
  crm: string
  browser: Browser
  /** A browser of one's own: another device, with its own storage. Who has not left at the end says what they see. */
  visit(options?: BrowserContextOptions): Promise<Visitor>
  /** Asks the API directly, for what has to be there before anybody looks. */
  ask(method: string, path: string, options?: { token?: string; body?: unknown }): Promise<Answer>
  /** An access token of somebody of the demo. */
  tokenOf(email: string): Promise<string>
  /** Adds the studio of `npm run seed -- --studio`. */
  addStudio(): Promise<void>
  /** Adds so many events, as `npm run seed` does. */
  addEvents(count: number): Promise<void>
  close(): Promise<void>
}

export type Visitor = {
  page: Page
  logIn(email: string, password?: string): Promise<void>
  /** Waits until nothing is being loaded any more. */
  settle(): Promise<void>
  /** Another tab of the same browser. */
  openTab(path: string): Promise<Page>
  /** Leaves, and makes sure that the browser had nothing to complain about. */
  leave(): Promise<void>
  /** What is on the page, has the focus and is being waited for. Undefined once they have left. */
  see(): Promise<string | undefined>
}

/** Visitors by the address that they log in with, undefined for one who does not. Each comes when first asked for, and stays. */
export class Visitors extends Map<string | undefined, Visitor> {
  async of(
    app: WebApp,
    as: string | undefined,
    greet: (visitor: Visitor) => void = () => {},
  ): Promise<Visitor> {
    const known = this.get(as)
    if (known) return known
    const visitor = await app.visit()
    visitor.see = async () => undefined
    greet(visitor)
    if (as !== undefined) await visitor.logIn(as)
    this.set(as, visitor)
    return visitor
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
type Answer = any

/** A machine that is busy with other things is no fault of the page. */
const PATIENCE_MS = 25_000

export async function startWebApp(env: Record<string, string> = {}): Promise<WebApp> {
  const dataDir = createDataDir()
  const stillpoint = await startStillpoint(dataDir, env)
  const browser = await launchChromium()
  const visitors: Visitor[] = []
  const { api, crm } = stillpoint
  const ask: WebApp['ask'] = async (method, path, { token, body } = {}) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer = await response.json()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const seed = async (...options: string[]) => {
    const script = join(import.meta.dirname, '../../scripts/seed.ts')
    const env = { ...process.env, DATA_DIR: dataDir }
    await promisify(execFile)(process.execPath, [script, ...options], { env })
  }
  return {
    api,
    crm,
    browser,
    async visit(options) {
      const visitor = await visit(browser, api, options)
      visitors.push(visitor)
      return visitor
    },
    ask,
    async tokenOf(email) {
      const body = { email, password: DEMO_PASSWORD }
      return (await ask('POST', '/api/auth/login', { body })).access_token
    },
    addStudio: () => seed('--studio'),
    addEvents: (count) => seed('--events', `${count}`, '--users', '1', '--bookings', '0'),
    async close() {
      // Of those whose test has failed.
      for (const { see } of visitors) {
        const seen = await see().catch(String)
        if (seen) console.error(seen)
      }
      await browser.close()
      await stillpoint.stop()
      removeDataDir(dataDir)
    },
  }
}

/** The page of what is not there has the status 404 (decision 0056). */
export const isMissingPage = (response: Response): boolean =>
  response.status() === 404 && response.request().isNavigationRequest()

async function visit(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  const page = await context.newPage()
  const unanswered = new Set<Request>()
  page.on('request', (request) => unanswered.add(request))
  page.on('requestfinished', (request) => unanswered.delete(request))
  page.on('requestfailed', (request) => unanswered.delete(request))
  return {
    page,
    async see() {
      if (page.isClosed()) return undefined
      const focus = await page.evaluate('document.activeElement?.outerHTML.slice(0, 200)')
      const requests = [...unanswered].map((request) => `${request.method()} ${request.url()}`)
      const body = await page.locator('body').ariaSnapshot({ timeout: 5_000 })
      return [`At ${page.url()}:`, body, `Focus: ${focus}`, 'Not answered:', ...requests].join('\n')
    },
    async logIn(email, password = DEMO_PASSWORD) {
      await page.goto('/login')
      await page.getByLabel('Email').fill(email)
      await page.getByRole('textbox', { name: 'Password' }).fill(password)
      await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
      await page.waitForURL('**/events')
    },
    async settle() {
      await until(page, "!document.querySelector('[aria-busy=true], .mantine-Skeleton-root')")
      await page.evaluate('document.fonts.ready.then(() => true)')
    },
    async openTab(path) {
      const tab = await context.newPage()
      await tab.goto(path)
      return tab
    },
    async leave() {
      await context.close()
      assert.deepEqual(complaints, [])
    },
  }
}

/** Playwright's own way to wait for this evaluates text in the page, which its policy forbids. */
export function until(page: Page, expression: string): Promise<void> {
  return waitUntil(() => page.evaluate(expression), PATIENCE_MS)
}
