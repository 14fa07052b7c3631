import { type DatabaseRole, parseDatabaseUrl } from '#shared/db/database-url.ts'
import { createTrust } from '#shared/http/requests/client-address.ts'
import { csv, type SharedVariables } from './config.ts'

/** What the schema cannot say of the variables that both services read. */
export function sharedFaults(vars: SharedVariables): (string | undefined)[] {
  return [
    ...csv(vars.CORS_ORIGINS).map(originFault),
    ...csv(vars.TRUST_PROXY).map((proxy) => messageOf(() => createTrust([proxy]))),
    urlFault('PUBLIC_URL', vars.PUBLIC_URL),
    urlFault('OTEL_EXPORTER_OTLP_ENDPOINT', vars.OTEL_EXPORTER_OTLP_ENDPOINT),
    urlFault('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', vars.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
  ]
}

/** Of what begins as the schema wants it, and still leads nowhere. */
export function urlFault(name: string, url: string | undefined): string | undefined {
  if (url === undefined || !/^https?:\/\//.test(url) || URL.canParse(url)) return undefined
  return `${name} has a host or a port that cannot be (got ${JSON.stringify(url)})`
}

/** The sentence does not repeat the URL, which may hold a password. */
export function databaseFault(
  name: string,
  url: string | undefined,
  role?: DatabaseRole,
): string | undefined {
  if (url === undefined || !/^postgres(ql)?:\/\//.test(url)) return undefined
  const message = messageOf(() => parseDatabaseUrl(url, role))
  return message && `${name}: ${message.replace(/\.$/, '')}`
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

/** Of pages inside an app or a browser's extension. */
const APP_ORIGIN = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/

function messageOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
