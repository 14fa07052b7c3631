import { createHash } from 'node:crypto'

/**
 * What the page may load: itself, and Google's button where one can sign in with it. Scripts come from here or have the
 * hash of the one that stands in the page. Styles may be inline: Mantine writes its variables into a style element, and
 * a nonce would make every copy of the page another one, which no cache and no pre-compressed file could hold.
 */
export function pagePolicy(html: string, hasGoogle: boolean): Record<string, string> {
  const google = (path: string) => (hasGoogle ? ` https://accounts.google.com/gsi/${path}` : '')
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${inlineScripts(html)}${google('client')}`,
    `style-src 'self' 'unsafe-inline'${google('style')}`,
    `connect-src 'self'${google('')}`,
    ...(hasGoogle ? [`frame-src${google('')}`] : []),
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.map((each) => each.replace(/ +/g, ' ').trim()).join('; '),
    // Google's window tells ours who has signed in, and wants to know who asks.
    ...(hasGoogle && {
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'referrer-policy': 'strict-origin-when-cross-origin',
    }),
  }
}

function inlineScripts(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text)
  return scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ')
}
