import { createHash } from 'node:crypto'

/**
 * Returns the headers of the page, with its Content-Security-Policy: own files, the inline script by its hash, and Google's
 * button if configured. Inline styles are allowed: Mantine writes its variables into a style element, and a nonce would
 * make every response differ, so that the page could be neither cached nor compressed beforehand.
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
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.map((each) => each.replace(/ +/g, ' ').trim()).join('; '),
    // Google's popup sends its result to our window and checks the referrer.
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
