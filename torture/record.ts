import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Proof, Verdict } from './proof.ts'

const FILE = join(import.meta.dirname, '..', 'docs', 'reliability.md')
const TABLE_HEAD = ['| Row | Claim | Figure | Date | Command |', '| --- | --- | --- | --- | --- |']

/** Writes one line into the table of docs/reliability.md, in place of the one that the row had before. */
export function record({ row, claim }: Proof, { ok, figure }: Verdict, command: string): void {
  const text = existsSync(FILE) ? readFileSync(FILE, 'utf8') : `${TABLE_HEAD.join('\n')}\n`
  const lines = text.split('\n')
  const head = lines.findIndex((line) => line.startsWith('| Row '))
  if (head < 0) throw new Error(`${FILE} has lost its table: it needs the line ${TABLE_HEAD[0]}`)
  const after = lines.findIndex((line, i) => i > head && !line.startsWith('|'))
  const end = after < 0 ? lines.length : after
  const rows = lines.slice(head + 2, end)
  const cells = [row, claim, ok ? figure : `**FAIL** ${figure}`, today(), `\`${command}\``]
  const added = `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const kept = rows.filter((line) => !line.startsWith(`| ${row} |`))
  const sorted = [...kept, added].sort(byRow)
  writeFileSync(FILE, [...lines.slice(0, head), ...TABLE_HEAD, ...sorted, ...lines.slice(end)].join('\n'))
}

function byRow(a: string, b: string): number {
  const [letterA = '', numberA = 0] = sortKey(a)
  const [letterB = '', numberB = 0] = sortKey(b)
  return letterA.localeCompare(letterB) || numberA - numberB
}

function sortKey(line: string): [letter: string, number: number] {
  const [, letter = '', number = '0'] = /^\| ([A-Z]+)(\d+)/.exec(line) ?? []
  return [letter, Number(number)]
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
