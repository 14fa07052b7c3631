import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CsvCell, csvRecord } from './csv.ts'

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

test('whatever the text, a reader gets it back', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ';', '=', "'", 'a', ' ') }),
  )
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
      const guarded = cells.map((text) => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text))
      assert.deepEqual(read(csvRecord(cells as CsvCell[])), guarded)
    }),
  )
})

/** The cells of one record, read by the rules of RFC 4180. */
function read(record: string): string[] {
  assert.ok(record.endsWith('\r\n'))
  const cells = [...`${record.slice(0, -2)},`.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*)),/g)]
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
