/**
 * Photographs ten pages, and what strangers see on a phone and on another site, in both lights into docs/screenshots/, as the
 * README shows them; with `--studio FOLDER` every page with the data of `npm run seed -- --studio`, whole, on a desk, in the dark,
 * on a phone and at 320 px; with `--mail FOLDER` every kind of mail.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCommandLine } from '#shared/process/command-line.ts'
import { startBusyStudio } from './busy-studio.ts'
import { photographMails } from './mail-photographs.ts'
import { PAGES } from './pages.ts'
import { photographPublic, startStudioSite } from './public-photographs.ts'
import { studioPages } from './studio-pages.ts'
import type { WebApp } from './web-app.ts'

const FOLDER = join(import.meta.dirname, '../../docs/screenshots')

const SHOTS: { name: string; path: string; as?: string }[] = [
  { name: 'home', path: '/' },
  { name: 'events', path: '/events', as: 'john.doe@example.com' },
  { name: 'calendar', path: '/events?view=calendar', as: 'john.doe@example.com' },
  { name: 'event', path: '/events/7', as: 'john.doe@example.com' },
  { name: 'bookings', path: '/bookings', as: 'guest-1@example.com' },
  { name: 'facilitator', path: '/facilitators/3', as: 'john.doe@example.com' },
  { name: 'dashboard', path: '/dashboard', as: 'jane.smith@example.com' },
  { name: 'manage', path: '/manage/events', as: 'jane.smith@example.com' },
  { name: 'roster', path: '/manage/events/1', as: 'jane.smith@example.com' },
  { name: 'contacts', path: '/crm', as: 'jane.smith@example.com' },
]

const LOOKS = [
  { name: 'desk', colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const

const { values } = readCommandLine(
  `Usage: npm run screenshots                      writes docs/screenshots/*.png
       npm run screenshots -- --studio FOLDER   every page with the data of npm run seed -- --studio, into FOLDER
       npm run screenshots -- --mail FOLDER     every kind of mail: text, light, dark and on a phone, into FOLDER`,
  { options: { studio: { type: 'string' }, mail: { type: 'string' } } },
)
if (values.mail !== undefined) await photographMails(values.mail)
else await photographPages(values.studio)

async function photographPages(studioFolder: string | undefined): Promise<void> {
  const site = await startStudioSite()
  const app = await startBusyStudio({ EMBED_ORIGINS: site.origin })
  site.point(app.api)
  try {
    if (studioFolder !== undefined) return await photographStudio(app, studioFolder)
    mkdirSync(FOLDER, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const shot of SHOTS) await photograph(app, shot, colorScheme)
      await photographPublic(app, site, colorScheme, FOLDER)
    }
  } finally {
    await app.close()
    await site.close()
  }
}

async function photographStudio(app: WebApp, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await app.addStudio()
  const pages = [...PAGES, ...(await studioPages(app))]
  for (const { name: look, ...options } of LOOKS) {
    for (const as of new Set(pages.map((each) => each.as))) {
      const visitor = await app.visit(options)
      if (as !== undefined) await visitor.logIn(as)
      for (const { path } of pages.filter((each) => each.as === as)) {
        await visitor.page.goto(path)
        await visitor.page.locator('h1, h2').first().waitFor()
        await visitor.settle()
        const who = as?.split('@')[0] ?? 'visitor'
        const name = `${look}-${who}${path.replace(/\W+/g, '-')}.png`
        await visitor.page.screenshot({ path: join(folder, name), fullPage: true })
        console.log(join(folder, name))
      }
      await visitor.leave().catch(console.error)
    }
  }
}

async function photograph(
  app: WebApp,
  { name, path, as }: (typeof SHOTS)[number],
  colorScheme: 'light' | 'dark',
) {
  const visitor = await app.visit({ colorScheme, viewport: { width: 1280, height: 900 } })
  if (as !== undefined) await visitor.logIn(as)
  await visitor.page.goto(path)
  await visitor.page.getByRole('heading', { level: 1 }).waitFor()
  await visitor.settle()
  const file = `${name}-${colorScheme}.png`
  await visitor.page.screenshot({ path: join(FOLDER, file) })
  console.log(`docs/screenshots/${file}`)
  await visitor.leave()
}
