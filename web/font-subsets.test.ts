import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import subsetFont from 'subset-font'

/** The fonts of the build have what their rules promise, and together every letter of those that they were cut from. */

const ASSETS = join(import.meta.dirname, 'dist/assets')
const textOf = (ending: string) =>
  readdirSync(ASSETS)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(ASSETS, name), 'utf8'))
    .join('\n')
const styles = textOf('.css')

type Font = { letters: Set<number>; features: Set<string>; weights: [min: number, max: number] | undefined }
type Rule = Font & { family: string; file: string; ranges: [first: number, last: number][]; text: string }

let rules: Rule[]

before(async () => {
  const found = [
    ...styles.matchAll(/@font-face\{font-family:"?([^;"]+)"?;src:url\(\/assets\/([^)]+\.woff2)\)[^}]+/g),
  ]
  rules = await Promise.all(
    found.map(async ([text, family = '', file = '']) => ({
      ...(await readFont(join(ASSETS, file))),
      ranges: rangesIn(text),
      family,
      file,
      text,
    })),
  )
  assert.equal(rules.length, 6)
})

test('every letter of the fonts is in the one file whose rule has it', async () => {
  const source = readFileSync(join(import.meta.dirname, 'theme/fonts.css'), 'utf8')
  for (const [, family = '', whole = ''] of source.matchAll(/family: "?([^;"]+)"?;\s+src: url\("([^"?]+)/g)) {
    const { letters } = await readFont(fileURLToPath(import.meta.resolve(whole)))
    assert.ok(letters.size > 190, whole)
    for (const letter of [...letters].filter((each) => !isCombining(each))) {
      const holders = rules.filter((rule) => rule.family === family && covers(rule, letter))
      const name = `U+${letter.toString(16)} of ${whole}`
      assert.equal(holders.length, 1, name)
      assert.ok(holders[0]?.letters.has(letter), name)
    }
  }
})

test('no file has letters that its rule does not have', () => {
  for (const rule of rules) {
    const others = [...rule.letters].filter((letter) => !covers(rule, letter))
    assert.deepEqual(others, [], rule.file)
  }
})

test('what Western European languages write is in the first files', () => {
  const WRITTEN = 'AZaz09 äöüßÄÖÜéèêñçåøæœ¿¡«»„“”‘’–—…·•€£'
  for (const rule of rules.filter(({ file }) => file.includes('-common-'))) {
    const missing = [...WRITTEN].filter((letter) => !rule.letters.has(letter.codePointAt(0) ?? 0))
    assert.deepEqual(missing, [], rule.file)
  }
})

test('the weights that are used are those of the files', () => {
  const others = styles.replaceAll(/@font-face\{[^}]+\}/g, '')
  const used = [
    ...`${others}${textOf('.js')}`.matchAll(/(?:font-?weight(?:-\w+)?|fw)["'`]?:["'`]?(\d+)/gi),
  ].map(([, weight]) => Number(weight))
  assert.deepEqual([Math.min(...used), Math.max(...used)], [400, 700])
  for (const { family, weights, text } of rules.filter(({ family }) => family === 'Hanken Grotesk')) {
    assert.deepEqual(weights, [400, 700], family)
    assert.match(text, /font-weight:400 700/)
  }
})

test('letters are still set as before: pairs, ligatures, figures of one width, forms of a language', () => {
  const featuresOf = (file: string) => rules.find((rule) => rule.file.includes(file))?.features
  const newsreader = featuresOf('newsreader-latin-400-normal-common')
  const hankenGrotesk = featuresOf('hanken-grotesk-latin-wght-normal-common')
  for (const feature of ['kern', 'liga', 'tnum']) assert.ok(newsreader?.has(feature), feature)
  for (const feature of ['kern', 'liga', 'locl', 'ccmp']) assert.ok(hankenGrotesk?.has(feature), feature)
})

const covers = ({ ranges }: Rule, letter: number) =>
  ranges.some(([first, last]) => letter >= first && letter <= last)

/** Marks that browsers join with the letter before them. */
const isCombining = (letter: number) => letter >= 0x300 && letter <= 0x36f

function rangesIn(rule: string): [number, number][] {
  const found = [...rule.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/gi)]
  return found.map(([, first = '', last = first]) => [Number.parseInt(first, 16), Number.parseInt(last, 16)])
}

async function readFont(path: string): Promise<Font> {
  const font = await subsetFont(readFileSync(path), '', { keepAllGlyphs: true, targetFormat: 'truetype' })
  const tables = new Map<string, Buffer>()
  for (let at = 12; at < 12 + 16 * font.readUInt16BE(4); at += 16) {
    const start = font.readUInt32BE(at + 8)
    tables.set(font.toString('latin1', at, at + 4), font.subarray(start, start + font.readUInt32BE(at + 12)))
  }
  const axes = tables.get('fvar')
  return {
    letters: lettersIn(tables.get('cmap')),
    features: new Set([...featuresIn(tables.get('GSUB')), ...featuresIn(tables.get('GPOS'))]),
    // The first axis, which is the only one.
    weights: axes && [axes.readInt32BE(20) / 65_536, axes.readInt32BE(28) / 65_536],
  }
}

/** Of the subtable for the characters below U+10000 (format 4), which has segments: their ends, and their starts. */
function lettersIn(cmap: Buffer | undefined): Set<number> {
  const letters = new Set<number>()
  for (let record = 0; cmap && record < cmap.readUInt16BE(2); record++) {
    const subtable = cmap.subarray(cmap.readUInt32BE(4 + 8 * record + 4))
    if (subtable.readUInt16BE(0) !== 4) continue
    const segments = subtable.readUInt16BE(6)
    for (let at = 14; at < 14 + segments; at += 2) {
      const last = subtable.readUInt16BE(at)
      for (let letter = subtable.readUInt16BE(at + segments + 2); letter <= last && letter < 0xffff; letter++)
        letters.add(letter)
    }
  }
  return letters
}

/** The tags in the list of features of a table. */
function featuresIn(table: Buffer | undefined): string[] {
  if (!table) return []
  const list = table.subarray(table.readUInt16BE(6))
  return Array.from({ length: list.readUInt16BE(0) }, (_, i) => list.toString('latin1', 2 + 6 * i, 6 + 6 * i))
}
