import { useId } from 'react'
import { CARD_WIDTH, drawHorizon, HEIGHT, type View } from '#shared/pictures/horizon.rules.ts'
import classes from './horizon.module.css'

/** Decoration, hidden from screen readers: the text beside it says the same. */
export function Horizon({
  className,
  width = CARD_WIDTH,
  ...view
}: View & { className?: string | undefined }) {
  const id = useId()
  const { sky, sun, layers, glints, glint } = drawHorizon({ ...view, width })
  const [top, middle, low] = sky
  return (
    <svg
      className={[classes.horizon, className].join(' ')}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id={`${id}sky`} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor={top} />
          <stop offset="0.42" stopColor={middle} />
          <stop offset="0.72" stopColor={low} />
        </linearGradient>
        <radialGradient id={`${id}glow`}>
          <stop offset="0" stopColor={sun.color} stopOpacity={sun.isMoon ? 0.28 : 0.5} />
          <stop offset="1" stopColor={sun.color} stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width={width} height={HEIGHT} fill={`url(#${id}sky)`} />
      <circle cx={sun.x} cy={sun.y} r={sun.radius * 4} fill={`url(#${id}glow)`} />
      <circle cx={sun.x} cy={sun.y} r={sun.radius} fill={sun.color} />
      {layers.map(({ path, color }) => (
        <path key={path} d={path} fill={color} />
      ))}
      {glints.map(({ x, y, length, opacity }) => (
        <rect key={y} x={x} y={y} width={length} height="2" rx="1" fill={glint} opacity={opacity} />
      ))}
    </svg>
  )
}
