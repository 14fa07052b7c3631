import { type Html, html, scriptJson } from './html.rules.ts'

/** What a page says of itself to search engines and previews of links. */
export type PageHead = {
  title: string
  description: string
  /** Path of the page that should be found; undefined for one that should not. */
  path?: string | undefined
  /** Path of a picture of 1200 × 630 pixels. */
  picture?: { path: string; text: string } | undefined
  jsonLd?: object | undefined
}

const NAME = 'Stillpoint'

/**
 * Returns the elements of the head. Without an `origin` there is no canonical address. Twitter reads OpenGraph for all that its
 * card does not say.
 */
export function headOf(page: PageHead, origin: string | undefined): Html {
  const { title, description, path, picture, jsonLd } = page
  const address = path !== undefined && origin !== undefined ? `${origin}${path}` : undefined
  const image = picture && `${origin ?? ''}${picture.path}`
  return html`<title>${title}</title>
    <meta name="description" content="${description}" />
    ${path === undefined && html`<meta name="robots" content="noindex" />`}
    ${address !== undefined && html`<link rel="canonical" href="${address}" /><meta property="og:url" content="${address}" />`}
    <meta property="og:site_name" content="${NAME}" /><meta property="og:type" content="website" />
    <meta property="og:title" content="${title}" /><meta property="og:description" content="${description}" />
    ${
      image !== undefined &&
      html`<meta property="og:image" content="${image}" /><meta property="og:image:type" content="image/png" />
    <meta property="og:image:width" content="1200" /><meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content="${picture?.text}" />`
    }
    <meta name="twitter:card" content="${image === undefined ? 'summary' : 'summary_large_image'}" />
    <link rel="manifest" href="/manifest.webmanifest" /><link rel="apple-touch-icon" href="/icons/apple-touch-icon.png" />
    ${jsonLd && html`<script type="application/ld+json">${scriptJson(jsonLd)}</script>`}`
}
