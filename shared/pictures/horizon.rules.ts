import { lightAt } from './horizon-light.rules.ts'

/**
 * The picture of one event: a horizon at its time of day, with water for sessions and hills for retreats. It depends on id,
 * type and hour only, so an event looks the same wherever it is shown.
 */
export type Horizon = {
  sky: [top: string, middle: string, low: string]
  sun: { x: number; y: number; radius: number; color: string; isMoon: boolean }
  /** From the farthest to the nearest; shapes in a box of `width` by `HEIGHT`. */
  layers: { path: string; color: string }[]
  /** Light on the water, as short lines. */
  glints: { x: number; y: number; length: number; opacity: number }[]
  glint: string
}

export type View = {
  id: number
  isRetreat: boolean
  hour: number
  /** `CARD_WIDTH` or `PAGE_WIDTH`. */
  width?: number | undefined
}

export const CARD_WIDTH = 480
export const PAGE_WIDTH = 1_000
export const HEIGHT = 300

export function drawHorizon({ id, isRetreat, hour, width = CARD_WIDTH }: View): Horizon {
  const random = seeded(id * 7919 + (isRetreat ? 104_729 : 0))
  // Varied a little by id, so that two events at the same hour do not have the same sky.
  const light = lightAt(hour + (random() - 0.5) * 1.2)
  const line = isRetreat ? 190 + random() * 20 : 168 + random() * 26
  const sun = placeSun(hour, { line, width }, random)
  const base = { sky: light.sky, sun: { ...sun, color: light.sun }, glint: light.glint }
  return isRetreat
    ? { ...base, layers: hills({ line, width }, light.land, random), glints: [] }
    : {
        ...base,
        layers: water({ line, width }, light.water, random),
        glints: glintsBelow(sun.x, line, random),
      }
}

/** The height of the horizon, and the width of the picture. */
type Place = { line: number; width: number }

/** Low in the morning and in the evening, high at noon, and a moon at night. */
function placeSun(hour: number, { line, width }: Place, random: () => number) {
  const isMoon = hour < 5 || hour >= 21.5
  const height = isMoon ? 0.62 : Math.max(0, Math.sin(((hour - 5.5) / 15.5) * Math.PI))
  return {
    x: round(width * (0.24 + random() * 0.52)),
    y: round(line - height * (line - 62) + (height < 0.25 ? 4 : 0)),
    radius: round(isMoon ? 15 + random() * 4 : 24 + (1 - height) * 16 + random() * 5),
    isMoon,
  }
}

/** A far shore, and the water in front of it. */
function water(
  { line, width }: Place,
  [far = '', near = '']: string[],
  random: () => number,
): Horizon['layers'] {
  const shore = line - 4 - random() * 16
  const from = random() < 0.5 ? 0 : width * (0.4 + random() * 0.25)
  const to = from === 0 ? width * (0.25 + random() * 0.4) : width
  const middle = round(from + (to - from) * (0.3 + random() * 0.4))
  const swell = 52 + random() * 20
  return [
    {
      path: `M${round(from)} ${round(line)} Q${middle} ${round(2 * shore - line)} ${round(to)} ${round(line)}Z`,
      color: near,
    },
    { path: `M0 ${round(line)}H${width}V${HEIGHT}H0Z`, color: far },
    {
      path: `M0 ${round(line + 62)} Q${width / 4} ${round(line + swell)} ${width / 2} ${round(line + 62)} T${width} ${round(line + 62)}V${HEIGHT}H0Z`,
      color: near,
    },
  ]
}

function hills({ line, width }: Place, colors: string[], random: () => number): Horizon['layers'] {
  return colors.map((color, depth) => {
    const base = line - 52 + depth * 42
    const swing = 40 - depth * 6
    return {
      path: ridge({ line: base, width }, swing, Math.round(((4 + depth) * width) / CARD_WIDTH), random),
      color,
    }
  })
}

/** A smooth curve through random heights, closed at the bottom. */
function ridge({ line, width }: Place, swing: number, steps: number, random: () => number): string {
  const points = Array.from({ length: steps + 1 }, (_, i) => ({
    x: round((width / steps) * i),
    y: round(line - swing / 2 + (random() - 0.5) * swing * 1.6),
  }))
  const curves = points.slice(1).map(({ x, y }, i) => {
    const before = points[i] ?? { x, y }
    const middle = round((before.x + x) / 2)
    return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`
  })
  return `M0 ${points[0]?.y}${curves.join('')}V${HEIGHT}H0Z`
}

function glintsBelow(x: number, line: number, random: () => number): Horizon['glints'] {
  return Array.from({ length: 7 }, (_, i) => {
    const length = round(16 + i * 7 + random() * 26)
    return {
      x: round(x - length / 2 + (random() - 0.5) * (10 + i * 5)),
      y: round(line + 10 + i * (9 + i * 1.4)),
      length,
      opacity: Number((0.75 - i * 0.085).toFixed(2)),
    }
  })
}

/** A random number generator: the same numbers from 0 to 1 for the same seed. */
function seeded(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const round = (n: number) => Math.round(n * 10) / 10
