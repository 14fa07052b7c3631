import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import subsetFont from 'subset-font'
import type { Plugin } from 'vite'

/** What browsers apply to text of their own accord, and the figures of equal width that `theme.css` asks for. */
const FEATURES = ['ccmp', 'clig', 'calt', 'kern', 'liga', 'locl', 'mark', 'mkmk', 'rclt', 'rlig', 'tnum']
/** The address of their licence, which asks to be kept; the copyright is kept anyway. */
const LICENCE_NAMES = [14]

/**
 * Cuts each file of `theme/fonts.css` down to the letters of its rule's `unicode-range` and the weights of its `font-weight`. A word after
 * the `?` of an address is part of the new file's name: two rules may take their letters from one file. Only in the build; the dev server
 * sends whole files.
 */
export function fontSubsets(): Plugin {
  let cacheDir: string
  return {
    name: 'font-subsets',
    apply: 'build',
    configResolved(config) {
      cacheDir = join(config.cacheDir, 'fonts')
    },
    transform: {
      order: 'pre',
      filter: { id: /\/theme\/fonts\.css$/ },
      async handler(css) {
        mkdirSync(cacheDir, { recursive: true })
        let cut = css
        for (const [rule] of css.matchAll(/@font-face \{[^}]*unicode-range[^}]*\}/g))
          cut = cut.replace(rule, await withSubset(rule, cacheDir))
        return { code: cut, map: null }
      },
    },
  }
}

async function withSubset(rule: string, dir: string): Promise<string> {
  const [address = '', file = '', part] = /url\("([^"?]+)\??(\w*)"\)/.exec(rule) ?? []
  const [, min, max] = /font-weight: (\d+) (\d+);/.exec(rule) ?? []
  const subset = await subsetFont(readFileSync(fileURLToPath(import.meta.resolve(file))), lettersOf(rule), {
    targetFormat: 'woff2',
    keepFeatures: FEATURES,
    preserveNameIds: LICENCE_NAMES,
    ...(max && { variationAxes: { wght: { min: Number(min), max: Number(max) } } }),
  })
  const path = join(dir, `${basename(file, '.woff2')}${part && `-${part}`}.woff2`)
  writeFileSync(path, subset)
  return rule.replace(address, `url("${path}")`)
}

/** Every character of a rule's `unicode-range`. */
function lettersOf(rule: string): string {
  const ranges = [...rule.matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g)]
  return ranges
    .flatMap(([, first = '', last = first]) => {
      const start = Number.parseInt(first, 16)
      return Array.from({ length: Number.parseInt(last, 16) - start + 1 }, (_, i) => start + i)
    })
    .map((code) => String.fromCodePoint(code))
    .join('')
}
