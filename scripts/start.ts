import { flushCompileCache } from 'node:module'
import { waitForAnswer, whyTaken } from './launcher/health.ts'
import { type Service, serviceEnded, startService, stopService } from './launcher/service-process.ts'
import { readLaunchSettings } from './launcher/settings.ts'
import { summary, urlOf } from './launcher/summary.ts'
import { buildWebWhenStale } from './launcher/web-build.ts'

// Builds the web app when it is stale, starts both services and stays as small as it can: it imports neither of them.
const began = performance.now()
const { host, services, hasDemoData, drainSeconds } = readLaunchSettings()
let isStopping = false
let exitCode = 0
const running: Service[] = []

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
const taken = (await Promise.all(services.map((service) => whyTaken(host, service)))).filter(Boolean)
if (taken.length > 0) {
  console.error(taken.join('\n'))
  process.exit(1)
}
if (!isStopping) await buildWebWhenStale(console.log)
if (!isStopping) await start()

async function start(): Promise<void> {
  // Started together they belong together, on whichever ports.
  process.env.CRM_SERVICE_URL ||= crmUrl()
  for (const { name, script } of services) running.push(startService(name, script, onEnd))
  const waiting = setInterval(() => console.log('Starting…'), 10_000)
  const first = setTimeout(() => console.log('Starting…'), 1_000)
  await Promise.all(services.map((service) => waitForAnswer(host, service.port, () => isStopping)))
  clearInterval(waiting)
  clearTimeout(first)
  if (isStopping) return
  console.log(summary(host, services, hasDemoData, performance.now() - began))
  flushCompileCache()
}

function crmUrl(): string {
  const crm = services.find(({ portVariable }) => portVariable === 'CRM_PORT')
  return urlOf(host, crm?.port ?? 8003)
}

function onEnd(service: Service): void {
  if (isStopping) return
  console.error(`${service.name} has ended by itself (${serviceEnded(service)}). Stopping Stillpoint.`)
  exitCode = 1
  void stop()
}

async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  const stopped = await Promise.all(running.map((service) => stopService(service, drainSeconds)))
  if (stopped.every(Boolean)) process.exit(exitCode)
  await stopAbandonedServers()
  process.exit(1)
}

/** A service that crashed or was killed leaves its PostgreSQL behind. */
async function stopAbandonedServers(): Promise<void> {
  const { stopAbandonedServer } = await import('#shared/db/embedded/leave.ts')
  await Promise.all(services.map(({ dataDir }) => stopAbandonedServer(dataDir)))
}
