/** Photographs ten pages in both lights into docs/screenshots/, as the README shows them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCommandLine } from '#shared/process/command-line.ts'
import { startBusyStudio } from './busy-studio.ts'
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

readCommandLine('Usage: npm run screenshots     writes docs/screenshots/*.png', {})
mkdirSync(FOLDER, { recursive: true })
const app = await startBusyStudio()
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const shot of SHOTS) await photograph(app, shot, colorScheme)
  }
} finally {
  await app.close()
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
