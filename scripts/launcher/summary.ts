import { existsSync } from 'node:fs'
import type { DemoLogin } from '#shared/process/launcher-channel.ts'
import type { LaunchedService } from './settings.ts'
import { WEB_BUILT } from './web-build.ts'

/**
 * The text that `npm start` prints after `ms` milliseconds. `demoLogins`: those that work; undefined when there is no demo data.
 * `keepsMail`: mails are shown instead of being sent.
 */
export function summary(
  host: string,
  services: LaunchedService[],
  demoLogins: DemoLogin[] | undefined,
  { ms, keepsMail }: { ms: number; keepsMail: boolean },
): string {
  const urls = services.map(({ name, port }) => [name, urlOf(host, port)] as const)
  const lines = [...urls]
    .reverse()
    .flatMap(([name, url]) => [row(name, url), row('  documentation', `${url}/docs`)])
  const mainApi = urls.find(([name]) => name === 'Main API')?.[1]
  const webApp = existsSync(WEB_BUILT) ? mainApi : undefined
  return [
    '',
    `Stillpoint is ready (${(ms / 1000).toFixed(1)} s).`,
    '',
    ...(webApp ? [row('Web app', webApp)] : []),
    ...lines,
    ...(keepsMail ? [row('Mails', `${mainApi}/dev/mail`)] : []),
    ...(demoLogins ? ['', ...loginLines(demoLogins)] : []),
    '',
    'Press Ctrl+C to stop.',
    '',
  ].join('\n')
}

function loginLines(logins: DemoLogin[]): string[] {
  if (logins.length === 0) return NO_LOGIN
  const rows = logins.map(({ role, email }) => row(`  ${role}`, email))
  return ['Demo logins, password demo-password-123', ...rows]
}

const NO_LOGIN = [
  'No demo account lets anybody in: a production start on the same data closes them, and none are added where there are',
  'accounts already. Start with an empty DATA_DIR to have them, or make an account of your own:',
  '  npm run admin -- create-admin --email E --first-name F --last-name L',
]

export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

const row = (label: string, value: string): string => `  ${label.padEnd(18)}${value}`
