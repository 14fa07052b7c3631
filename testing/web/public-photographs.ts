import { join } from 'node:path'
import { documentedSnippet, type Site, startSite } from './site.ts'
import { DEMO_PASSWORD, type Visitor, type WebApp } from './web-app.ts'

/** What readers without a login have in their hands, and what another site shows of it. */

const PHONE = { width: 390, height: 844 }
const DESK = { width: 900, height: 760 }
const EVENT = '/events/2'

/** Returns a site that may show the list. Start the product with its origin in EMBED_ORIGINS, and say here where it is. */
export async function startStudioSite(): Promise<Site & { point(api: string): void }> {
  let api = ''
  const site = await startSite(() => ({
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8" /><link rel="icon" href="data:," /><title>Still Waters</title>
<meta name="viewport" content="width=device-width, initial-scale=1" /><meta name="color-scheme" content="light dark" />
<style>body{max-width:44rem;margin:0 auto;padding:1.5rem;font:18px/1.55 Georgia,serif}h1,h2{font-weight:400}nav{display:flex;gap:1.5rem}</style></head>
<body><nav><b>Still Waters</b><span>Our house</span><span>Classes</span><span>Find us</span></nav>
<h1>Classes</h1><p>Come as you are. Mats, blankets and tea are here.</p>${documentedSnippet(api)}</body></html>`,
  }))
  return {
    ...site,
    point: (to) => {
      api = to
    },
  }
}

/** Writes five pictures in one light, each under its name. */
export async function photographPublic(
  app: WebApp,
  site: Site,
  colorScheme: 'light' | 'dark',
  folder: string,
): Promise<void> {
  const take = async ({ page, settle }: Visitor, name: string) => {
    await settle()
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
    console.log(`docs/screenshots/${name}-${colorScheme}.png`)
  }
  const stranger = await app.visit({ colorScheme, viewport: PHONE, hasTouch: true, isMobile: true })
  const { page } = stranger
  await page.goto('/events')
  await page.getByRole('article').first().waitFor()
  await take(stranger, 'agenda-phone')
  await page.goto(EVENT)
  const bar = page.locator('[data-thumb-bar]')
  await bar.getByRole('button', { name: 'Book' }).waitFor()
  await take(stranger, 'event-phone')
  await bar.getByRole('button', { name: 'Book' }).click()
  await page.getByLabel('First name').fill('Aino')
  await page.getByLabel('Email').fill(`aino-${colorScheme}@example.com`)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  const deed = page.getByRole('button', { name: 'Create account and book' })
  await deed.scrollIntoViewIfNeeded()
  await take(stranger, 'panel-phone')
  await deed.click()
  await page.getByRole('heading', { name: 'You’re in.' }).waitFor()
  await take(stranger, 'ticket-phone')
  await stranger.leave()

  const reader = await app.visit({ colorScheme, viewport: DESK })
  await reader.page.goto(site.origin)
  await reader.page.frameLocator('iframe').getByRole('link').first().waitFor()
  await take(reader, 'embed')
  await reader.leave()
}
