import type { Exchange } from './client.ts'
import type { Outcome, Result } from './judge.ts'
import type { Report } from './suite.ts'

const shownMax = 2_000
const shownHeaders = ['content-type', 'location', 'www-authenticate', 'retry-after']

/** The table of results, followed by the details of each failure. */
export function formatReport(report: Report): string {
  const of = (outcome: Outcome) => report.results.filter((result) => result.outcome === outcome)
  return [
    formatTable(report),
    ...of('not run').map((result) => `not run  ${title(result)}\n         ${result.reason}`),
    ...of('failed').map(formatFailure),
    formatSummary(report),
  ].join('\n\n')
}

function formatTable({ results }: Report): string {
  const rows = [['endpoint', 'checks', 'passed', 'failed', 'not run']]
  for (const [area, inArea] of Map.groupBy(results, (result) => result.area)) {
    rows.push([area])
    for (const [endpoint, found] of Map.groupBy(inArea, (result) => result.endpoint)) {
      rows.push([`  ${endpoint}`, `${found.length}`, ...tally(found)])
    }
  }
  rows.push(['all', `${results.length}`, ...tally(results)])
  const width = Math.max(...rows.map(([name = '']) => name.length))
  return rows
    .map(([name = '', ...numbers]) =>
      [name.padEnd(width), ...numbers.map((n) => n.padStart(8))].join('').trimEnd(),
    )
    .join('\n')
}

function tally(results: Result[]): string[] {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length
  return [count('passed'), count('failed'), count('not run')].map((n) => (n === 0 ? '·' : `${n}`))
}

function formatFailure(result: Result): string {
  const { problem } = result
  if (!problem) return `FAILED   ${title(result)}`
  const { exchange, exchanges } = problem
  return [
    `FAILED   ${title(result)}`,
    field('expected', problem.expected),
    field('came', problem.came),
    ...(exchange ? formatExchange(exchange) : []),
    field('requests', exchanges.map(inOneLine).join('\n') || 'none of its own: an earlier check made them'),
  ].join('\n')
}

/** Shortened; the report of `--json` is complete. */
function formatExchange({ sent, status, headers = {}, text, milliseconds, noAnswer }: Exchange): string[] {
  const telling = Object.entries(headers).filter(([name]) => shownHeaders.includes(name))
  const request = [`${sent.method} ${sent.url}`, ...asLines(Object.entries(sent.headers)), shorten(sent.body)]
  const answer = [noAnswer ?? `${status} after ${milliseconds} ms`, ...asLines(telling), shorten(text)]
  return [field('sent', joinLines(request)), field('answer', joinLines(answer))]
}

function formatSummary({ passed, failed, notRun, levels, milliseconds }: Report): string {
  const seconds = (milliseconds / 1_000).toFixed(1)
  return `${passed} passed, ${failed} failed, ${notRun} not run (${levels.join(' and ')} checks, ${seconds} s)`
}

function title({ endpoint, name, level }: Result): string {
  return `${endpoint}: ${name} [${level}]`
}

function inOneLine({ sent, status, noAnswer }: Exchange): string {
  return `${sent.method} ${sent.url} → ${status ?? noAnswer}`
}

function field(name: string, lines: string): string {
  return `  ${name.padEnd(10)}${lines.replaceAll('\n', `\n${' '.repeat(12)}`)}`
}

function asLines(headers: [string, string][]): string[] {
  return headers.map(([name, value]) => `${name}: ${value}`)
}

function joinLines(lines: string[]): string {
  return lines.filter((line) => line !== '').join('\n')
}

function shorten(body = ''): string {
  if (body.length <= shownMax) return body
  return `${body.slice(0, shownMax)}… (${body.length} characters; --json FILE keeps them all)`
}
