import { type DatabaseRole, parseDatabaseUrl } from '#shared/db/database-url.ts'
import { messageOf } from '#shared/errors/error-facts.ts'
import { createTrust } from '#shared/http/requests/client-address.ts'
import { csv, type SharedVariables } from './config.ts'

/** Faults in the variables of both services that their schema cannot express; undefined stands for none. */
export function sharedFaults(vars: SharedVariables): (string | undefined)[] {
  return [
    ...csv(vars.CORS_ORIGINS).map(originFault),
    ...csv(vars.TRUST_PROXY).map((proxy) => errorOf(() => createTrust([proxy]))),
    exporterFault(vars.OTEL_TRACES_EXPORTER),
    urlFault('PUBLIC_URL', vars.PUBLIC_URL),
    urlFault('OTEL_EXPORTER_OTLP_ENDPOINT', vars.OTEL_EXPORTER_OTLP_ENDPOINT),
    urlFault('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', vars.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
  ]
}

/** A sentence for a URL that matches the schema's pattern and cannot be parsed. */
export function urlFault(name: string, url: string | undefined): string | undefined {
  if (url === undefined || !/^https?:\/\//.test(url) || URL.canParse(url)) return undefined
  return `${name} has a host or a port that cannot be (got ${JSON.stringify(url)})`
}

/** A sentence for a database URL that cannot be used. It does not repeat the URL, which may hold a password. */
export function databaseFault(
  name: string,
  url: string | undefined,
  role?: DatabaseRole,
): string | undefined {
  if (url === undefined || !/^postgres(ql)?:\/\//.test(url)) return undefined
  const message = errorOf(() => parseDatabaseUrl(url, role))
  return message && `${name}: ${message.replace(/\.$/, '')}`
}

const EXPORTERS = ['otlp', 'zipkin', 'console', 'none']

/** The OpenTelemetry library only logs an unknown exporter and then exports nothing. */
function exporterFault(names: string | undefined): string | undefined {
  const unknown = csv(names ?? '').find((name) => !EXPORTERS.includes(name))
  if (unknown === undefined) return undefined
  return `OTEL_TRACES_EXPORTER has ${unknown}: use ${EXPORTERS.join(', ')}, or several of them with commas`
}

/** CORS compares texts, so an origin has to be written as browsers send it. */
function originFault(origin: string): string | undefined {
  if (origin === '*' || APP_ORIGIN.test(origin)) return undefined
  const anyPort = origin.endsWith(':*') ? ':*' : ''
  const url = URL.parse(origin.slice(0, origin.length - anyPort.length))
  if (!url || !/^https?:$/.test(url.protocol) || url.host.includes('*'))
    return `CORS_ORIGINS has ${origin}, which is neither an origin such as https://studio.example nor *`
  const sent = `${url.origin}${anyPort}`
  return sent === origin ? undefined : `CORS_ORIGINS has ${origin}, which no browser sends: write ${sent}`
}

/** Origins of pages inside an app or a browser extension. */
const APP_ORIGIN = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/

function errorOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
