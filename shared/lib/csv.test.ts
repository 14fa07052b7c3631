import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvOf, csvRecord } from './csv.ts'
import type { Table, TableCell } from './table.ts'

test('cells are separated by commas, and a record ends with CR LF', () => {
  assert.equal(csvRecord(['a', 1, true, null, undefined, '', 'é 🧘']), 'a,1,true,,,,é 🧘\r\n')
  assert.equal(csvRecord([]), '\r\n')
})

test('what would be taken for structure is quoted', () => {
  assert.equal(
    csvRecord(['a,b', 'say "om"', 'a\nb', 'a\r\nb', 'a;b', ' a', 'a\tb']),
    ['"a,b"', '"say ""om"""', '"a\nb"', '"a\r\nb"', '"a;b"', '" a"', '"a\tb"\r\n'].join(','),
  )
})

test('text never begins as a formula; numbers stay numbers', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '＝1', '＠x'])
    assert.equal(csvRecord([text]), `'${text}\r\n`)
  for (const text of ['\t=1', '\r=1', '\n=1']) assert.equal(csvRecord([text]), `"'${text}"\r\n`)
  assert.equal(csvRecord(["=cmd|'/C calc'!A1,x"]), `"'=cmd|'/C calc'!A1,x"\r\n`)
  assert.equal(csvRecord([-1, 'a=b', '1-1']), '-1,a=b,1-1\r\n')
})

test('a phone number is no formula, and nothing else passes for one', () => {
  const numbers = [
    '+49 151 2345678',
    '+1234567890',
    '+1 (555) 010-0199',
    '+(49) 151 2345678',
    '+49\u00a0151/23\u2011456.78',
  ]
  for (const text of numbers) assert.equal(csvRecord([text]), `${text}\r\n`)
  const formulas = [
    '+1',
    '+1+1',
    '-1+1|cmd',
    '+49151*2345678',
    '+49 151 2345678+1',
    '+49151234567A1',
    "+49151234567|'/C calc'!A1",
    '+49 151 2345678 x12',
    '+12345(SUM)',
    '++491512345678',
    '-491512345678',
    '=491512345678',
    '＋491512345678',
    '+1-2-3',
  ]
  for (const text of formulas) assert.equal(csvRecord([text]), `'${text}\r\n`)
  assert.equal(csvRecord(['+491512345678\n=1+1']), '"\'+491512345678\n=1+1"\r\n')
})

test('cells are separated as asked for, and quoted where either separator is in them', () => {
  assert.equal(csvRecord(['a', 'b;c', 'd,e', '=1'], ';'), `a;"b;c";"d,e";'=1\r\n`)
  assert.equal(csvRecord(['a', 'b\tc'], '\t'), 'a\t"b\tc"\r\n')
})

test('a file begins with a byte order mark and its head, and has the columns that have a name', async () => {
  const table = (...batches: number[][]): Table<number> => ({
    title: 'Numbers',
    columns: [
      { name: 'n', title: 'Number', cell: (n) => n },
      { title: 'Only in a workbook', cell: () => 'x' },
      { name: 'square', cell: (n) => n * n },
    ],
    batches: (async function* () {
      yield* batches
    })(),
  })
  const chunksOf = async (...batches: number[][]) => {
    const chunks: string[] = []
    for await (const chunk of csvOf(table(...batches), ';')) chunks.push(chunk)
    return chunks
  }
  assert.deepEqual(await chunksOf([2, 3], [4]), ['\uFEFFn;square\r\n2;4\r\n3;9\r\n', '4;16\r\n'])
  assert.deepEqual(await chunksOf([]), ['\uFEFFn;square\r\n'])
  assert.deepEqual(await chunksOf(), ['\uFEFFn;square\r\n'])
})

test('whatever the text, a reader gets it back', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ';', '=', "'", 'a', ' ') }),
  )
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      const guarded = cells.map((text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text))
      assert.deepEqual(read(csvRecord(cells as TableCell[])), guarded)
    }),
  )
})

/** The cells of one record, read by the rules of RFC 4180. */
function read(record: string): string[] {
  assert.ok(record.endsWith('\r\n'))
  const cells = [...`${record.slice(0, -2)},`.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*)),/g)]
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
