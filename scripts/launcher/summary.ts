import { existsSync } from 'node:fs'
import type { LaunchedService } from './settings.ts'
import { WEB_BUILT } from './web-build.ts'

const DEMO_LOGINS = [
  ['attendee', 'john.doe@example.com'],
  ['facilitator', 'jane.smith@example.com'],
  ['admin', 'admin@example.com'],
]

export function summary(host: string, services: LaunchedService[], hasDemoData: boolean, ms: number): string {
  const urls = services.map(({ name, port }) => [name, urlOf(host, port)] as const)
  const lines = [...urls]
    .reverse()
    .flatMap(([name, url]) => [row(name, url), row('  documentation', `${url}/docs`)])
  const webApp = urls.find(([name]) => name === 'Main API' && existsSync(WEB_BUILT))?.[1]
  const logins = DEMO_LOGINS.map(([role = '', email]) => row(`  ${role}`, email ?? ''))
  return [
    '',
    `Stillpoint is ready (${(ms / 1000).toFixed(1)} s).`,
    '',
    ...(webApp ? [row('Web app', webApp)] : []),
    ...lines,
    ...(hasDemoData ? ['', 'Demo logins, password demo-password-123', ...logins] : []),
    '',
    'Press Ctrl+C to stop.',
    '',
  ].join('\n')
}

export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

const row = (label: string, value: string): string => `  ${label.padEnd(18)}${value}`
