import type { PublicEvent } from '#booking/events/event.schema.ts'
import { toWallTime } from '#shared/lib/wall-time.ts'
import { fromWireTime } from '#shared/lib/wire-time.ts'
import { drawHorizon, HEIGHT, type View } from '#shared/pictures/horizon.rules.ts'

/** Of previews of links, in pixels. */
const SIZE = { width: 1_200, height: 630 }
const WIDTH = Math.round((SIZE.width / SIZE.height) * HEIGHT)

type Pictured = Pick<PublicEvent, 'id' | 'event_type' | 'start_datetime' | 'timezone'>

/** What the picture of an event depends on: the same as on its page. */
export function viewOf({ id, event_type, start_datetime, timezone }: Pictured): View {
  const start = toWallTime(fromWireTime(start_datetime), timezone)
  return { id, isRetreat: event_type === 'RETREAT', hour: start.hour + start.minute / 60, width: WIDTH }
}

/** Returns the picture as SVG. It is made of numbers and colours only, of nothing that people wrote. */
export function coverSvg(view: View): string {
  const { sky, sun, layers, glints, glint } = drawHorizon(view)
  const [top, middle, low] = sky
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="xMidYMid slice">
<defs>
<linearGradient id="sky" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="0.42" stop-color="${middle}"/><stop offset="0.72" stop-color="${low}"/></linearGradient>
<radialGradient id="glow"><stop offset="0" stop-color="${sun.color}" stop-opacity="${sun.isMoon ? 0.28 : 0.5}"/><stop offset="1" stop-color="${sun.color}" stop-opacity="0"/></radialGradient>
</defs>
<rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
<circle cx="${sun.x}" cy="${sun.y}" r="${sun.radius * 4}" fill="url(#glow)"/>
<circle cx="${sun.x}" cy="${sun.y}" r="${sun.radius}" fill="${sun.color}"/>
${layers.map(({ path, color }) => `<path d="${path}" fill="${color}"/>`).join('')}
${glints.map(({ x, y, length, opacity }) => `<rect x="${x}" y="${y}" width="${length}" height="2" rx="1" fill="${glint}" opacity="${opacity}"/>`).join('')}
</svg>`
}
