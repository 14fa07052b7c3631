/** Icons of the web app when it is put on a home screen. `maskable`: without corners, because the system cuts its own. */
export const ICONS: Record<string, { size: number; isMaskable: boolean }> = {
  'icon-192.png': { size: 192, isMaskable: false },
  'icon-512.png': { size: 512, isMaskable: false },
  'maskable-512.png': { size: 512, isMaskable: true },
  'apple-touch-icon.png': { size: 180, isMaskable: true },
}

export const PAPER = '#fffdf8'
export const INK = '#232a3d'

/** Returns the mark of `web/favicon.svg` as SVG. A maskable one leaves the edge to be cut. */
export function iconSvg({ size, isMaskable }: { size: number; isMaskable: boolean }): string {
  const scale = isMaskable ? 0.82 : 1
  const shift = 16 * (1 - scale)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">
<rect width="32" height="32" rx="${isMaskable ? 0 : 8}" fill="${PAPER}"/>
<g transform="translate(${shift} ${shift}) scale(${scale})">
<path d="M8.5 20a7.5 7.5 0 0 1 15 0z" fill="#d9703f"/>
<path d="M5 20.5h22M10 24.5h12" stroke="${INK}" stroke-width="1.6" stroke-linecap="round"/>
</g></svg>`
}
