import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '#harness/load/load.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import type { Service } from '#harness/processes/services.ts'

/** A real proxy with the configuration that we recommend, but for the addresses. */
export type Balancer = {
  /** When an instance that was started again gets its share. */
  untilUsed(instance: Service): Promise<void>
  stop(): Promise<void>
}

type BalancerPlan = {
  dataDir: string
  apiPort: number
  crmPort: number
  apis: Service[]
  crms: Service[]
}

export type StartBalancer = (plan: BalancerPlan) => Promise<Balancer>

const root = join(import.meta.dirname, '..', '..')

/** It asks the instances whether they are ready. */
export const startHaproxy: StartBalancer = async ({ dataDir, apiPort, crmPort, apis, crms }) => {
  const recommended = readFileSync(join(root, 'deploy/haproxy/haproxy.cfg'), 'utf8')
  const lines = (services: Service[], name: string) =>
    services.map(({ url }, i) => `  server ${name}${i + 1} ${url.replace('http://', '')}`).join('\n')
  const file = join(dataDir, 'haproxy.cfg')
  writeFileSync(
    file,
    recommended
      .replace('bind :8080', `bind 127.0.0.1:${apiPort}`)
      .replace('bind :8083', `bind 127.0.0.1:${crmPort}`)
      .replace(/( +server api\d .*\n)+/, `${lines(apis, 'api')}\n`)
      .replace(/( +server crm\d .*\n?)+/, `${lines(crms, 'crm')}\n`),
  )
  const process = start(findProgram('haproxy'), ['-db', '-f', file])
  await process.untilAnswering(`http://127.0.0.1:${apiPort}/ready`)
  return { untilUsed: untilReady, stop: process.stop }
}

/** It asks nobody: it tries, and goes to another one where nobody listens. */
export const startNginx: StartBalancer = async ({ dataDir, apiPort, crmPort, apis, crms }) => {
  const recommended = readFileSync(join(root, 'deploy/nginx/stillpoint.conf'), 'utf8')
  const lines = (services: Service[]) =>
    services.map(({ url }) => `  server ${url.replace('http://', '')};`).join('\n')
  const http = recommended
    .replace('listen 8080', `listen 127.0.0.1:${apiPort}`)
    .replace('listen 8083', `listen 127.0.0.1:${crmPort}`)
    .replace(/( +server 10\.0\.0\.1\d.*\n)+/, `${lines(apis)}\n`)
    .replace(/( +server 10\.0\.0\.2\d.*\n)+/, `${lines(crms)}\n`)
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(dataDir, `nginx-${name}`)};`)
    .join('\n')
  const [file, log] = [join(dataDir, 'nginx.conf'), join(dataDir, 'nginx.log')]
  writeFileSync(
    file,
    `daemon off;\nuser root;\nworker_processes 1;\npid ${join(dataDir, 'nginx.pid')};\nerror_log ${log} warn;\n` +
      `events { worker_connections 4096; }\nhttp {\naccess_log off;\n${places}\n${http}\n}\n`,
  )
  const process = start(findProgram('nginx'), ['-c', file, '-e', log])
  await process.untilAnswering(`http://127.0.0.1:${apiPort}/ready`)
  return { untilUsed: untilReady, stop: process.stop }
}

/** Until a check has seen it. */
const SEEN_MS = 1_500
const START_MAX_MS = 10_000

async function untilReady({ url, isRunning }: Service): Promise<void> {
  const client = createClient({ keepAlive: false, timeoutMs: 2_000 })
  while (isRunning() && (await client.call('GET', `${url}/ready`)).status !== 200) await sleep(50)
  await sleep(SEEN_MS)
}

function start(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
    })
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  return {
    async untilAnswering(url: string) {
      const client = createClient({ keepAlive: false, timeoutMs: 1_000 })
      const deadline = performance.now() + START_MAX_MS
      while ((await client.call('GET', url)).status !== 200) {
        if (hasEnded() || performance.now() > deadline)
          throw new Error(`${command} does not answer:\n${output}`)
        await sleep(50)
      }
    },
    async stop() {
      if (hasEnded()) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}
