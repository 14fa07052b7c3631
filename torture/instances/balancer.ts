import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '#harness/load/load.ts'
import { findProgram } from '#harness/processes/find-program.ts'
import { freePort } from '#harness/processes/free-port.ts'
import { createService, root, type Service } from '#harness/processes/services.ts'
import type { World } from '#harness/world/world.ts'

export type BalancerName = 'haproxy' | 'nginx'
/** Where it listens for each of the services. */
export type BalancerPorts = { api: number; crm: number }

export const balancerPorts = async (): Promise<BalancerPorts> => ({
  api: await freePort(),
  crm: await freePort(),
})

/** A real proxy with the configuration that we recommend, but for the addresses. Running; `stop` ends it. */
export async function startBalancer(
  name: BalancerName,
  world: World,
  ports: BalancerPorts,
): Promise<Service> {
  const write = name === 'haproxy' ? writeHaproxy : writeNginx
  const command: [string, ...string[]] = [findProgram(name), ...write(world, ports)]
  const balancer = createService({ name, port: ports.api, command, healthPath: '/ready' })
  await balancer.start()
  return balancer
}

/** It asks the instances whether they are ready. */
function writeHaproxy({ dataDir, apis, crms }: World, ports: BalancerPorts): string[] {
  const lines = (services: Service[], name: string) =>
    services.map(({ port }, i) => `  server ${name}${i + 1} 127.0.0.1:${port}\n`).join('')
  const file = join(dataDir, 'haproxy.cfg')
  writeFileSync(
    file,
    readFileSync(join(root, 'deploy/haproxy/haproxy.cfg'), 'utf8')
      .replace('bind :8080', `bind 127.0.0.1:${ports.api}`)
      .replace('bind :8083', `bind 127.0.0.1:${ports.crm}`)
      .replace(/( +server api\d .*\n)+/, lines(apis, 'api'))
      .replace(/( +server crm\d .*\n?)+/, lines(crms, 'crm')),
  )
  return ['-db', '-f', file]
}

/** It asks nobody: it tries, and goes to another one where nobody listens. */
function writeNginx({ dataDir, apis, crms }: World, ports: BalancerPorts): string[] {
  const lines = (services: Service[]) => services.map(({ port }) => `  server 127.0.0.1:${port};\n`).join('')
  const http = readFileSync(join(root, 'deploy/nginx/stillpoint.conf'), 'utf8')
    .replace('listen 8080', `listen 127.0.0.1:${ports.api}`)
    .replace('listen 8083', `listen 127.0.0.1:${ports.crm}`)
    .replaceAll('/var/log/nginx/stillpoint.log', join(dataDir, 'nginx-access.log'))
    .replace(/( +server 10\.0\.0\.1\d.*\n)+/, lines(apis))
    .replace(/( +server 10\.0\.0\.2\d.*\n)+/, lines(crms))
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(dataDir, `nginx-${name}`)};`)
    .join('\n')
  const [file, log] = [join(dataDir, 'nginx.conf'), join(dataDir, 'nginx.log')]
  writeFileSync(
    file,
    `daemon off;\nuser root;\nworker_processes 1;\npid ${join(dataDir, 'nginx.pid')};\nerror_log ${log} warn;\n` +
      `events { worker_connections 4096; }\nhttp {\naccess_log off;\n${places}\n${http}\n}\n`,
  )
  return ['-c', file, '-e', log]
}

/** Until a check has seen it. */
const SEEN_MS = 1_500

/** When an instance that was started again gets its share. */
export async function untilUsed({ url, isRunning }: Service): Promise<void> {
  const client = createClient({ keepAlive: false, timeoutMs: 2_000 })
  while (isRunning() && (await client.call('GET', `${url}/ready`)).status !== 200) await sleep(50)
  await sleep(SEEN_MS)
}
