import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { BookingEnv, loadConfig as loadBookingConfig } from '#booking/config.ts'
import { CrmEnv, loadConfig as loadCrmConfig } from '#crm/config.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, type TestCrm } from '#harness/apps/test-crm.ts'
import type { App } from '#shared/http/app.ts'
import { SERVICE_OPTIONS } from '#shared/lib/v8-memory.ts'

// No container engine is needed: what can be wrong without one is looked for here.

type Probe = { httpGet: { path: string; port: string } }
type Container = {
  name: string
  command: string[]
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
  ports: { name: string; containerPort: number }[]
  startupProbe: Probe
  readinessProbe: Probe
  livenessProbe: Probe
  securityContext: object
  volumeMounts: { mountPath: string }[]
}

const APPS = {
  booking: { port: loadBookingConfig({}).port, variables: BookingEnv.properties },
  crm: { port: loadCrmConfig({}).port, variables: CrmEnv.properties },
} as const
const SECRETS = ['JWT_SECRET_KEY', 'CRM_BEARER_TOKEN', 'POSTGRES_PASSWORD']
/** Of the image of PostgreSQL, not ours. */
const POSTGRES_VARIABLES = ['POSTGRES_USER', 'POSTGRES_PASSWORD']

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const dockerfile = read('Dockerfile').replaceAll(/^#.*\n/gm, '')
const stages = dockerfile.split(/^(?=FROM )/m).filter((text) => text.startsWith('FROM '))
const image = stages.at(-1) ?? ''
const compose = parse(read('compose.yaml'))
const manifests = (['booking', 'crm'] as const).flatMap((app) =>
  parseAllDocuments(read(`deploy/kubernetes/${app}.yaml`)).map((document) => {
    assert.deepEqual(document.errors, [])
    return { app, manifest: document.toJS() }
  }),
)
const containers = manifests
  .filter(({ manifest }) => manifest.kind === 'Deployment')
  .map(({ app, manifest }) => ({
    app,
    pod: manifest.spec.template.spec,
    container: manifest.spec.template.spec.containers[0] as Container,
  }))

let booking: TestBooking
let crm: TestCrm

before(async () => {
  booking = await startTestBooking()
  crm = await startTestCrm()
})
after(async () => {
  await booking.close()
  await crm.close()
})

const appOf = (name: 'booking' | 'crm'): App => (name === 'booking' ? booking.app : crm.app)
const sources = (text: string) =>
  [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))

test('every way to start a service gives V8 the same options', () => {
  const options = SERVICE_OPTIONS.join(' ')
  assert.ok(image.includes(`NODE_OPTIONS="${options}"`))
  assert.ok(read('docs/operations.md').includes(`NODE_OPTIONS='${options}'`))
  assert.ok(read('scripts/bootstrap.mjs').includes(`= ['${SERVICE_OPTIONS.join("', '")}']`))
})

test('every stage of the image is the slim Node of the release that the product runs on', () => {
  const [major] = JSON.parse(read('package.json')).devDependencies.node.split('.')
  assert.equal(stages.length, 3)
  for (const stage of stages) assert.match(stage, new RegExp(`^FROM node:${major}-slim( AS \\w+)?\\n`))
})

test('the image has production dependencies only, no root, and what it copies exists', () => {
  assert.match(stages[1] ?? '', /npm ci --omit=dev/)
  assert.match(image, /COPY --from=dependencies/)
  assert.doesNotMatch(image, /npm |COPY \. /)
  const users = [...image.matchAll(/^USER (\S+)$/gm)].map(([, user]) => user)
  assert.deepEqual(users, ['node'])
  assert.ok(image.indexOf('USER') < image.indexOf('CMD'))
  assert.match(image, /^CMD \["node", "booking\/main\.ts"\]$/m)
  for (const source of stages.flatMap(sources)) assert.ok(existsSync(join(root, source)), source)
})

test('it copies every folder that the services and their scripts import from, and no tests', () => {
  assert.deepEqual(
    sources(image)
      .filter((source) => !source.includes('.') && source !== 'LICENSE')
      .sort(),
    ['booking', 'crm', 'scripts', 'shared'],
  )
  const context = read('.dockerignore').trim().split('\n')
  assert.equal(context[0], '**')
  const admitted = context.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  for (const source of stages.flatMap(sources).filter((name) => name !== '.'))
    assert.ok(admitted.includes(source), source)
  for (const line of ['**/node_modules', '**/dist', '**/*.test.ts']) assert.ok(context.includes(line), line)
  assert.ok(admitted.every((name) => !/^\.(env|git|data)/.test(name)))
  // The settings that the web app's own extend: its build stops without them.
  const { extends: base } = JSON.parse(read('web/tsconfig.json'))
  assert.ok(admitted.includes(base.replace('../', '')))
})

test('ports are those of the product, and the health check looks at them', () => {
  const ports = Object.values(APPS).map(({ port }) => port)
  assert.match(image, new RegExp(`^EXPOSE ${ports.join(' ')}$`, 'm'))
  const [, script = ''] = /^HEALTHCHECK .* CMD \["node", "(.+)"\]$/m.exec(image) ?? []
  for (const port of ports) assert.ok(read(script).includes(`'${port}'`))
})

test('compose: every secret comes from outside, without a default', () => {
  const text = read('compose.yaml')
  const uses = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, use = '']) => use)
  assert.deepEqual(new Set(uses.map((use) => use.split(':')[0])), new Set(SECRETS))
  for (const use of uses) assert.match(use, /^\w+:\?/)
})

test('compose: variables, commands, ports and health checks are those of the product', () => {
  const { postgres, ...services } = compose.services
  assert.deepEqual(Object.keys(services).sort(), Object.keys(APPS).sort())
  assert.deepEqual(Object.keys(postgres.environment), POSTGRES_VARIABLES)
  for (const [name, { port, variables }] of Object.entries(APPS)) {
    const service = services[name]
    for (const variable of Object.keys(service.environment)) assert.ok(variable in variables, variable)
    assert.deepEqual(service.command, ['node', `${name}/main.ts`])
    assert.deepEqual(
      service.ports.map((mapping: string) => mapping.split(':').at(-1)),
      [String(port)],
    )
    assert.equal(service.depends_on.postgres.condition, 'service_healthy')
    assert.ok(existsSync(join(root, service.healthcheck.test.at(-1))))
  }
  assert.equal(services.booking.environment.CRM_SERVICE_URL, `http://crm:${APPS.crm.port}`)
})

test('compose: each service has a database that the server creates, and its volumes are declared', () => {
  const created = [...read('deploy/postgres/create-databases.sql').matchAll(/create database (\w+);/g)]
  const { booking, crm } = compose.services
  const urls = [booking.environment.DATABASE_URL, crm.environment.CRM_DATABASE_URL]
  assert.deepEqual(
    urls.map((url) => url.split('/').at(-1)),
    created.map(([, name]) => name),
  )
  for (const service of Object.values<{ volumes?: string[] }>(compose.services))
    for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':')))
      assert.ok(source.startsWith('.') ? existsSync(join(root, source)) : source in compose.volumes, source)
})

test('kubernetes: both services have a deployment, a service and a disruption budget', () => {
  for (const app of ['booking', 'crm'])
    assert.deepEqual(
      manifests.filter((each) => each.app === app).map(({ manifest }) => manifest.kind),
      ['Deployment', 'Service', 'PodDisruptionBudget'],
    )
  for (const { app, manifest } of manifests) {
    assert.equal(manifest.metadata.name, `stillpoint-${app}`)
    const selector = manifest.spec.selector.matchLabels ?? manifest.spec.selector
    assert.equal(selector['app.kubernetes.io/component'], app)
  }
})

test('kubernetes: variables and secrets are known, commands, ports and addresses those of the product', () => {
  const secret = parse(read('deploy/kubernetes/secret.example.yaml'))
  for (const { app, container } of containers) {
    const { port, variables } = APPS[app]
    for (const { name, value, valueFrom } of container.env) {
      assert.ok(name in variables, name)
      const isSecret = /SECRET|TOKEN|DATABASE_URL|SMTP_URL/.test(name)
      assert.equal(valueFrom !== undefined, isSecret, name)
      if (valueFrom) assert.deepEqual(valueFrom.secretKeyRef, { name: secret.metadata.name, key: name })
      if (name === 'CRM_SERVICE_URL') assert.equal(value, `http://stillpoint-crm:${APPS.crm.port}`)
    }
    assert.deepEqual(container.command, ['node', `${app}/main.ts`])
    assert.deepEqual(container.ports, [{ name: 'http', containerPort: port }])
  }
  const used = containers.flatMap(({ container }) => container.env.filter(({ valueFrom }) => valueFrom))
  assert.deepEqual(new Set(Object.keys(secret.stringData)), new Set(used.map(({ name }) => name)))
  for (const value of Object.values(secret.stringData)) assert.match(String(value), /<.+>/)
})

test('kubernetes: a pod is started, kept and given requests by what is served', () => {
  const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const
  for (const { app, container } of containers) {
    for (const { httpGet } of probes.map((probe) => container[probe])) {
      assert.equal(httpGet.port, 'http')
      assert.ok(appOf(app).hasRoute({ method: 'GET', url: httpGet.path }), `${app} ${httpGet.path}`)
    }
  }
})

test('kubernetes: nobody is root, nothing may be written but the data', () => {
  for (const { pod, container } of containers) {
    assert.equal(pod.securityContext.runAsNonRoot, true)
    assert.ok(pod.securityContext.runAsUser > 0)
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    const [, dataDir] = /DATA_DIR=(\S+)/.exec(image) ?? []
    assert.deepEqual(
      container.volumeMounts.map(({ mountPath }) => mountPath),
      [dataDir],
    )
  }
})

/** Lines of a section of haproxy.cfg. */
const haproxySection = (name: string) =>
  read('deploy/haproxy/haproxy.cfg')
    .split(/^(?=\S)/m)
    .filter((text) => text.startsWith(name))
    .join('')

test('haproxy: slow senders wait there, a client has so many connections, figures stay inside', () => {
  assert.match(haproxySection('defaults'), /^ {2}option http-buffer-request$/m)
  assert.match(haproxySection('defaults'), /^ {2}timeout http-request \d+s$/m)
  for (const name of ['frontend api', 'frontend crm']) {
    const section = haproxySection(name)
    assert.match(section, /track-sc0 src,ipmask\(32,64\) table clients\n/, name)
    assert.match(section, /tcp-request connection reject if \{ sc0_conn_cur\(clients\) gt \d+ \}\n/, name)
    assert.match(section, /http-request deny deny_status 404 if \{ path,url_dec -m reg \^\/metrics/, name)
  }
  assert.match(haproxySection('frontend api'), /http-request del-header X-Forwarded-Host\n/)
})

test('nginx: the same', () => {
  const conf = read('deploy/nginx/stillpoint.conf')
  for (const line of [
    /^client_header_timeout \d+s;$/m,
    /^client_body_timeout \d+s;$/m,
    /^send_timeout \d+s;$/m,
    /^limit_conn stillpoint_clients \d+;$/m,
    /^proxy_set_header X-Forwarded-Host '';$/m,
  ])
    assert.match(conf, line)
  assert.doesNotMatch(conf, /proxy_request_buffering off/)
  const servers = conf.split(/^server \{$/m).slice(1)
  assert.equal(servers.length, 2)
  for (const server of servers) assert.match(server, /location ~ \^\/metrics\/\?\$ \{\n {4}return 404;/)
})

test('prometheus presents the token that the pods have', () => {
  const { scrape_configs } = parse(read('deploy/prometheus/prometheus.yaml'))
  for (const { authorization } of scrape_configs) assert.ok(authorization.credentials_file)
  for (const { container } of containers)
    assert.ok(container.env.some(({ name }) => name === 'METRICS_TOKEN'))
})
