import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from '#harness/browser/chromium.ts'
import { type ArrivedMail, causeEveryMail } from './every-mail.ts'

const DESK = { width: 620, height: 300 }
const PHONE = { width: 390, height: 300 }

/** How a mail is read. Windows are low, since a photograph is as high as the letter, but not lower than the window. */
const VIEWS: { name: string; isText?: boolean; options: BrowserContextOptions }[] = [
  { name: 'Text', isText: true, options: { colorScheme: 'light', viewport: DESK } },
  { name: 'Light', options: { colorScheme: 'light', viewport: DESK } },
  { name: 'Dark', options: { colorScheme: 'dark', viewport: DESK } },
  { name: 'Phone', options: { colorScheme: 'light', viewport: PHONE, isMobile: true } },
]
const GAP_PX = 16
/** Pictures are kept small: letters of 16 px have 12. */
const SCALE = 0.75

/** Writes one picture for every kind of mail: as text, light, dark and on a phone, side by side. */
export async function photographMails(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const mails = await causeEveryMail()
  const browser = await launchChromium()
  try {
    for (const mail of mails) {
      const path = join(folder, `${mail.name}.png`)
      await photographMail(browser, mail, path)
      console.log(path)
    }
  } finally {
    await browser.close()
  }
}

async function photographMail(browser: Browser, mail: ArrivedMail, path: string): Promise<void> {
  const pictures: string[] = []
  for (const { isText, options } of VIEWS) {
    const { html = '', text = '' } = mail.email
    await onPage(browser, options, isText ? textPage(text) : html, async (page) => {
      const picture = await page.screenshot({ fullPage: true })
      const { width } = options.viewport ?? DESK
      pictures.push(`<img width="${width}" src="data:image/png;base64,${picture.toString('base64')}">`)
    })
  }
  const width = VIEWS.reduce((sum, { options }) => sum + (options.viewport?.width ?? 0) + GAP_PX, GAP_PX)
  await onPage(browser, { viewport: { width, height: 100 } }, sheet(mail, pictures), (page) =>
    page.screenshot({ path, fullPage: true }).then(() => {}),
  )
}

async function onPage(
  browser: Browser,
  options: BrowserContextOptions,
  html: string,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ ...options, deviceScaleFactor: SCALE })
  const page = await context.newPage()
  await page.setContent(html, { waitUntil: 'load' })
  await look(page)
  await context.close()
}

function sheet({ email }: ArrivedMail, pictures: string[]): string {
  const [to] = email.to ?? []
  const head = [
    ['From', `${email.from?.name} <${email.from?.address}>`],
    ['To', to?.name ?? ''],
    ['Subject', email.subject ?? ''],
  ]
    .map(([name, value]) => `<p>${name}: <bdi>${escapeHtml(value ?? '')}</bdi></p>`)
    .join('')
  return `<meta charset="utf-8"><style>body{margin:${GAP_PX}px;font:18px/1.5 sans-serif;background:#dcdcdc}p{margin:0}
div{display:flex;gap:${GAP_PX}px;align-items:flex-start;margin-top:12px;filter:url(#few)}</style>${head}<div>${pictures.join('')}</div>
<svg width="0" height="0"><filter id="few" color-interpolation-filters="sRGB"><feComponentTransfer>${FEW_SHADES}</feComponentTransfer></filter></svg>`
}

/** At most one in a hundred beside the true shade, and a fifth fewer bytes. Black and white stay what they are. */
const STEPS = 50
const SHADES = Array.from({ length: STEPS }, (_, i) => (i + i / (STEPS - 1)) / STEPS)
  .map((shade) => shade.toFixed(3))
  .join(' ')
const FEW_SHADES = ['R', 'G', 'B']
  .map((name) => `<feFunc${name} type="discrete" tableValues="${SHADES}"/>`)
  .join('')

/** As programs show it that show no HTML. */
const textPage = (text: string): string =>
  `<meta charset="utf-8"><pre dir="auto" style="margin:16px;font:14px/1.45 monospace;white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(text.trimEnd())}</pre>`

const escapeHtml = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
