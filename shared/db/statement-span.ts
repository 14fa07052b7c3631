import { currentRequest } from '#shared/telemetry/request-context.ts'
import { beginSpan, isTracing, type Span } from '#shared/telemetry/tracing.ts'

const TEXT_MAX_CHARS = 1_000

/** The span of a statement; undefined unless the current request is traced. Values are parameters and not part of the text. */
export function beginStatementSpan(text: string): Span | undefined {
  if (!isTracing()) return undefined
  const parent = currentRequest()?.parent
  if (parent === undefined) return undefined
  const { name, attributes } = describe(text)
  return beginSpan(name, { kind: 'client', parent, attributes })
}

type Description = { name: string; attributes: Record<string, string> }

const descriptions = new Map<string, Description>()
const DESCRIPTIONS_MAX = 1_000
const TEXT_KEPT_MAX_CHARS = 16 * 1024

/** Cached: statement texts are few, except inserts of many rows, which are too long to be kept. */
function describe(text: string): Description {
  const known = descriptions.get(text)
  if (known) return known
  const short = text.replaceAll(/\s+/g, ' ').trim().slice(0, TEXT_MAX_CHARS)
  const operation = /^\w+/.exec(short)?.[0].toUpperCase() ?? 'SQL'
  const table = /\b(?:into|update|from) "?([a-z_]+)/i.exec(short)?.[1]
  const name = table === undefined ? operation : `${operation} ${table}`
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.summary': name,
    'db.query.text': short,
  }
  if (text.length <= TEXT_KEPT_MAX_CHARS && descriptions.size < DESCRIPTIONS_MAX)
    descriptions.set(text, { name, attributes })
  return { name, attributes }
}
