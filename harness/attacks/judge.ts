import type { Operation } from './operations.ts'

export type Answer = { status: number; contentType: string; text: string }

/** Everything that is wrong with an answer, whatever was asked. Nothing is right. */
export function judge(operation: Operation, answer: Answer): string[] {
  const { status, contentType, text } = answer
  const faults: string[] = []
  if (status >= 500 && !isGoogleNotSetUp(answer)) faults.push(`status ${status}`)
  if (!operation.statuses.includes(status)) faults.push(`status ${status} is not documented`)
  const leak = LEAKS.exec(text)?.[0]
  if (leak) faults.push(`an inside view: ${leak}`)
  if (status === 304) return text === '' ? faults : [...faults, 'a body with 304']
  if (status < 300 && operation.otherTypes.includes(contentType.split(';', 1)[0] ?? '')) return faults
  const body = readJson(contentType, text)
  if (body === undefined) return [...faults, `not JSON: ${contentType} ${text.slice(0, 60)}`]
  if (status >= 400) {
    const { error, code } = body as { error?: unknown; code?: unknown }
    if (typeof error !== 'string' || !/^[a-z_]+$/.test(String(code))) faults.push('no error and code as text')
  }
  const fault = operation.faultInBody(status, body)
  if (fault) faults.push(`body of ${status}: ${fault}`)
  return faults
}

/** Stack lines, paths of files, and words that only PostgreSQL or its driver would say. */
const LEAKS =
  /\bat \S+ \(|\.[jt]s:\d+|node_modules|file:\/\/|\/(?:home|work|usr|tmp)\/|SQLSTATE|syntax error at|violates \w+ constraint|relation "|column "|invalid input syntax|insert into |ECONN\w+/

function isGoogleNotSetUp({ status, text }: Answer): boolean {
  return status === 503 && text.includes('"google_login_not_configured"')
}

function readJson(contentType: string, text: string): unknown {
  if (!contentType.startsWith('application/json')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
