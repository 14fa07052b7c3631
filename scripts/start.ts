import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { isPort, waitForAnswer } from './launcher/health.ts'
import { type Service, serviceEnded, startService, stopService } from './launcher/service-process.ts'
import { readLaunchSettings } from './launcher/settings.ts'
import { summary, urlOf } from './launcher/summary.ts'
import { buildWebWhenStale } from './launcher/web-build.ts'

// Builds the web app when it is stale and starts both services. It imports neither of them, to need little memory while it runs.
if (process.argv.length > 2) await refuseArguments()
const began = performance.now()
const { host, services, hasDemoData, keepsMail, drainSeconds } = readLaunchSettings()
let isStopping = false
let exitCode = 0
const running: Service[] = []

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))
// The Main API uses the CRM that is started with it.
process.env.CRM_SERVICE_URL ||= crmUrl()
await requireSettings()
if (!isStopping) await buildWebWhenStale(console.log)
if (!isStopping) await start()

/** Prints the usage for --help; refuses any other argument. Imported only then, because it costs memory. */
async function refuseArguments(): Promise<void> {
  const { readCommandLine } = await import('#shared/process/command-line.ts')
  readCommandLine('Usage: npm start     builds the web app if needed and starts both services', {})
}

/** Exits with 1 unless both services can be started. */
async function requireSettings(): Promise<void> {
  const check = spawn(process.execPath, [join(import.meta.dirname, 'check-settings.ts')], {
    stdio: 'inherit',
  })
  const [code] = await once(check, 'exit')
  if (code !== 0 && !isStopping) process.exit(1)
}

async function start(): Promise<void> {
  for (const { name, script } of services) running.push(startService(name, script, onEnd))
  const waiting = setInterval(() => console.log('Starting…'), 10_000)
  const first = setTimeout(() => console.log('Starting…'), 1_000)
  await Promise.all(services.map((service) => waitForAnswer(host, service.port, () => isStopping)))
  clearInterval(waiting)
  clearTimeout(first)
  if (isStopping) return
  const logins = hasDemoData ? await Promise.race(running.map(({ demoLogins }) => demoLogins)) : undefined
  console.log(summary(host, services, logins, { ms: performance.now() - began, keepsMail }))
  flushCompileCache()
}

/** An invalid port is reported for CRM_PORT only, so the URL falls back to the default. */
function crmUrl(): string {
  const port = services.find(({ portVariable }) => portVariable === 'CRM_PORT')?.port ?? 8003
  return urlOf(host, isPort(port) ? port : 8003)
}

function onEnd(service: Service): void {
  if (isStopping) return
  console.error(`${service.name} has ended by itself (${serviceEnded(service)}). Stopping Stillpoint.`)
  exitCode = 1
  void stop('SIGTERM')
}

/** Forwards the signal, which the services log as the reason of their stop. */
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (isStopping) return
  isStopping = true
  const stopped = await Promise.all(running.map((service) => stopService(service, signal, drainSeconds)))
  if (stopped.every(Boolean)) process.exit(exitCode)
  await stopAbandonedServers()
  process.exit(1)
}

/** A service that crashed or was killed leaves its PostgreSQL running. */
async function stopAbandonedServers(): Promise<void> {
  const { stopAbandonedServer } = await import('#shared/db/embedded/leave.ts')
  await Promise.all(services.map(({ dataDir }) => stopAbandonedServer(dataDir)))
}
