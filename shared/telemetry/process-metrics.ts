import { cpuUsage, memoryUsage } from 'node:process'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const SAMPLE_EVERY_MS = 100
const LAG_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/**
 * Registers metrics of memory, processor time and event-loop delay, summed over all processes. prom-client's default metrics are not
 * used: there are forty of them, and they observe every garbage collection. The names are the same.
 */
export function measureProcess(registry: Registry): { stop(): void } {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number, aggregator: 'sum' | 'min' = 'sum') =>
    new Gauge({
      name,
      help,
      aggregator,
      registers,
      collect() {
        this.set(read())
      },
    })
  const counter = (name: string, help: string, readSeconds: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(readSeconds())
      },
    })
  const startedAtSeconds = Math.floor(performance.timeOrigin / 1_000)

  gauge('stillpoint_processes', 'Processes whose figures are added up here.', () => 1)
  gauge(
    'process_start_time_seconds',
    'When the oldest process started, since 1970.',
    () => startedAtSeconds,
    'min',
  )
  gauge('process_resident_memory_bytes', 'Memory that is resident.', () => memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'Memory that JavaScript uses.', () => memoryUsage().heapUsed)
  counter('process_cpu_seconds_total', 'Processor time, user and system.', () => {
    const { user, system } = cpuUsage()
    return (user + system) / 1e6
  })
  counter(
    'stillpoint_event_loop_busy_seconds_total',
    'Time that the event loop has not been waiting: its rate is at most 1 a process.',
    () => performance.eventLoopUtilization().active / 1_000,
  )
  return measureEventLoopDelay(registry)
}

/** A histogram, because the values of Node's own monitor are lost when it is reset between two scrapes. */
function measureEventLoopDelay(registry: Registry): { stop(): void } {
  const lag = new Histogram({
    name: 'stillpoint_event_loop_lag_seconds',
    help: `How late a timer of ${SAMPLE_EVERY_MS} ms is.`,
    buckets: LAG_BUCKETS_SECONDS,
    registers: [registry],
  })
  let sampledAtMs = performance.now()
  const timer = setInterval(() => {
    const nowMs = performance.now()
    lag.observe(Math.max(0, nowMs - sampledAtMs - SAMPLE_EVERY_MS) / 1_000)
    sampledAtMs = nowMs
  }, SAMPLE_EVERY_MS).unref()
  return { stop: () => clearInterval(timer) }
}
