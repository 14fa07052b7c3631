import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { figureOf, type Proof, type Verdict } from './proof.ts'

const FILE = join(import.meta.dirname, '..', 'docs', 'reliability.md')

/** Writes one line into the table of docs/reliability.md, in place of the one that the row had before. */
export function record({ row, claim }: Proof, verdict: Verdict, command: string): void {
  const lines = readFileSync(FILE, 'utf8').split('\n')
  const first = lines.findIndex((line) => line.startsWith('| Row ')) + 2
  const end = lines.findIndex((line, i) => i >= first && !line.startsWith('|'))
  const figure = `${verdict.ok ? '' : '**FAIL** '}${figureOf(verdict)}`
  const cells = [row, claim, figure, new Date().toISOString().slice(0, 10), `\`${command}\``]
  const added = `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const kept = lines.slice(first, end).filter((line) => !line.startsWith(`| ${row} |`))
  const rows = [...kept, added].sort((a, b) => rowOf(a).localeCompare(rowOf(b), 'en', { numeric: true }))
  writeFileSync(FILE, [...lines.slice(0, first), ...rows, ...lines.slice(end)].join('\n'))
}

const rowOf = (line: string): string => line.split(' | ')[0] ?? ''
