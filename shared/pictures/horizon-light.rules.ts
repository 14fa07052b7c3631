type Light = {
  hour: number
  sky: [top: string, middle: string, low: string]
  sun: string
  glint: string
  water: string[]
  land: string[]
}

/** The colours at an hour of the day, which may have a fraction: mixed from the two nearest entries of `LIGHTS`. */
export function lightAt(hour: number): Light {
  const to = LIGHTS.find((light) => light.hour >= hour) ?? FIRST
  const from = LIGHTS.findLast((light) => light.hour < hour) ?? LAST
  const hoursBetween = (a: number, b: number) => (b - a + 24) % 24
  const share = hoursBetween(from.hour, hour) / hoursBetween(from.hour, to.hour)
  const mixAll = (a: string[], b: string[]) => a.map((color, i) => mix(color, b[i] ?? color, share))
  return {
    hour,
    sky: [
      mix(from.sky[0], to.sky[0], share),
      mix(from.sky[1], to.sky[1], share),
      mix(from.sky[2], to.sky[2], share),
    ],
    sun: mix(from.sun, to.sun, share),
    glint: mix(from.glint, to.glint, share),
    water: mixAll(from.water, to.water),
    land: mixAll(from.land, to.land),
  }
}

function mix(from: string, to: string, share: number): string {
  const parts = (color: string) => [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16))
  const [a, b] = [parts(from), parts(to)]
  const mixed = a.map((part, i) => Math.round(part + ((b[i] ?? part) - part) * share))
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

const FIRST: Light = {
  hour: 2.5,
  sky: ['#121a30', '#22304f', '#41537a'],
  sun: '#f3ead2',
  glint: '#dfe4ee',
  water: ['#2c3c5f', '#1d2a47'],
  land: ['#3a4b70', '#2b3957', '#1f2b45', '#141d33'],
}

const LAST: Light = {
  hour: 22.5,
  sky: ['#141c35', '#2a375b', '#52608a'],
  sun: '#efe6d0',
  glint: '#d9dff0',
  water: ['#33446b', '#222f4e'],
  land: ['#46557d', '#334063', '#25304e', '#182039'],
}

const LIGHTS: Light[] = [
  FIRST,
  {
    hour: 6.5,
    sky: ['#a9bcd0', '#e9c9bb', '#f7dcc0'],
    sun: '#f08f62',
    glint: '#fff1e2',
    water: ['#b9a9ae', '#8e93a6'],
    land: ['#c9aeb0', '#a38f9c', '#7a7188', '#565670'],
  },
  {
    hour: 10,
    sky: ['#a8cad6', '#d5e2dc', '#f3e8d2'],
    sun: '#f6b667',
    glint: '#fffaf0',
    water: ['#9fc0c2', '#7ba3a9'],
    land: ['#b3c4b5', '#8fa99b', '#6c8b80', '#4c6b66'],
  },
  {
    hour: 14,
    sky: ['#8fbcc9', '#c9dcd6', '#efe6cf'],
    sun: '#fbd58c',
    glint: '#fffdf4',
    water: ['#86b0b3', '#5f8e96'],
    land: ['#b9c19f', '#98a882', '#75896a', '#526a55'],
  },
  {
    hour: 17.5,
    sky: ['#8fa3bd', '#e0b596', '#f4cd95'],
    sun: '#e8733f',
    glint: '#ffe9cd',
    water: ['#a58a80', '#76707f'],
    land: ['#c79a7c', '#a17a6c', '#775d61', '#514a57'],
  },
  {
    hour: 20,
    sky: ['#39446b', '#8a6d86', '#dc9a7c'],
    sun: '#f2a36f',
    glint: '#ffd9bb',
    water: ['#6d5f7c', '#454a6b'],
    land: ['#7c6580', '#5d5271', '#43425f', '#2d304c'],
  },
  LAST,
]
