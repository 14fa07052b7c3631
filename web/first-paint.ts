import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin, Rollup } from 'vite'
import { paths } from './paths.ts'

/** The letters that every page has. */
const FONTS = [/newsreader-latin-400-normal-common/, /hanken-grotesk-latin-wght-normal-common/]

/** Adds to the built page what makes a first visit fast: the fonts and the code of the page at this address are requested at once. */
export function firstPaint(): Plugin {
  return {
    name: 'first-paint',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html
        const styles = '<link rel="stylesheet"'
        if (!html.includes(styles)) throw new Error('The page has no styles')
        const early = `${fontPreloads(bundle)}\n    <script>${pagePreload(bundle)}</script>`
        return html.replace(styles, () => `${early.trim()}\n    ${styles}`)
      },
    },
  }
}

function fontPreloads(bundle: Rollup.OutputBundle): string {
  return FONTS.map((font) => {
    const file = Object.keys(bundle).find((name) => font.test(name))
    if (!file) throw new Error(`No font ${font} is in the build`)
    return `    <link rel="preload" href="/${file}" as="font" type="font/woff2" crossorigin>`
  }).join('\n')
}

/** A script that asks for the chunks of the page whose address this is. */
function pagePreload(bundle: Rollup.OutputBundle): string {
  const pages = pageModules().map(([path, module]) => [patternOf(path), filesOf(bundle, module)])
  return `
      for (const [pattern, files] of ${JSON.stringify(pages)}) {
        if (!new RegExp(pattern).test(location.pathname)) continue
        for (const file of files) {
          const link = document.createElement('link')
          const isStyle = file.endsWith('.css')
          link.rel = isStyle ? 'preload' : 'modulepreload'
          if (isStyle) link.as = 'style'
          link.crossOrigin = ''
          link.href = file
          document.head.append(link)
        }
      }
    `
}

/** The pages as `routes.tsx` has them: address and module. */
function pageModules(): [path: string, module: string][] {
  const routes = readFileSync(join(import.meta.dirname, 'routes.tsx'), 'utf8')
  const found = [...routes.matchAll(/path: paths\.(\w+),[\s\S]*?import\('\.\/(pages\/[^']+)'\)/g)]
  if (found.length !== Object.keys(paths).length) throw new Error('Not every page is found in routes.tsx')
  return found.map(([, name, module]) => [paths[name as keyof typeof paths], module as string])
}

const patternOf = (path: string) => `^${path.replace(/\$\w+/g, '[^/]+')}/?$`

/** The page's chunk and styles, and those that it imports. What the entry has is asked for anyway. */
function filesOf(bundle: Rollup.OutputBundle, module: string): string[] {
  const chunks = Object.values(bundle).filter((each) => each.type === 'chunk')
  const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/web/${module}`))
  if (!page) throw new Error(`${module} has no chunk`)
  const known = closure(
    chunks,
    chunks.filter(({ isEntry }) => isEntry),
  )
  const own = [...closure(chunks, [page])].filter((chunk) => !known.has(chunk))
  return own.flatMap(({ fileName, viteMetadata }) =>
    [fileName, ...(viteMetadata?.importedCss ?? [])].map((file) => `/${file}`),
  )
}

function closure(chunks: Rollup.OutputChunk[], from: Rollup.OutputChunk[]): Set<Rollup.OutputChunk> {
  const all = new Set(from)
  for (const chunk of all)
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name)
      if (imported) all.add(imported)
    }
  return all
}
