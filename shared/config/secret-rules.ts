import { isIPv4 } from 'node:net'
import { csv, PUBLIC_CRM_TOKEN, PUBLIC_JWT_SECRET } from './config.ts'

const BYTES_MIN = 32
/** A random text of 32 hexadecimal digits has fewer than 8 distinct ones less than once in a million. */
const CHARACTERS_MIN = 8

/** A sentence that says why production must not use this secret; undefined when it may. */
export function secretFault(name: string, secret: string | undefined): string | undefined {
  if (secret === undefined) return undefined
  if (PUBLISHED.some((text) => secret.toLowerCase().includes(text)))
    return `${name} still has its published default: set it to a random value of ${BYTES_MIN} bytes or more`
  if (Buffer.byteLength(secret) < BYTES_MIN)
    return `${name} is shorter than ${BYTES_MIN} bytes: set it to a longer random value`
  if (new Set(secret).size < CHARACTERS_MIN || isRepeated(secret) || isRising(secret))
    return `${name} is easy to guess, because it repeats itself or counts up: set it to a random value, such as that of openssl rand -hex 32`
  return undefined
}

/** The same in development, where the published default is accepted only while the service listens on loopback. */
export function publishedFault(name: string, secret: string | undefined, host: string): string | undefined {
  if (secret === undefined || !PUBLISHED.includes(secret) || isLoopbackHost(host)) return undefined
  return `${name} still has its published default, and HOST=${host} lets others in: set ${name} to a random value, or leave HOST unset`
}

export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|\[?::1\]?)$/i.test(host) || (isIPv4(host) && host.startsWith('127.'))

/** A sentence when two secrets are equal: every caller of the CRM has its token, and would then also have the other one. */
export function equalityFault(
  [name, secret]: [string, string | undefined],
  [other, text]: [string, string | undefined],
): string | undefined {
  if (secret === undefined || secret !== text) return undefined
  return `${name} and ${other} are the same: set each to a random value of its own`
}

/** Warnings about settings that are allowed in production and are probably a mistake. */
export function productionWarnings(vars: {
  CORS_ORIGINS: string
  AUTH_RATE_LIMIT?: string
  secrets: [name: string, secret: string, previous: string | undefined][]
}): string[] {
  const rotated = vars.secrets.filter(([, secret, previous]) => secret === previous)
  return [
    ...(vars.AUTH_RATE_LIMIT === 'off'
      ? ['AUTH_RATE_LIMIT=off: anybody may guess passwords without end. It is for load tests: remove it']
      : []),
    ...(csv(vars.CORS_ORIGINS).includes('*')
      ? ['CORS_ORIGINS=*: every page in the world may call this service. Name the origins that need it']
      : []),
    ...rotated.map(
      ([name]) => `${name}_PREVIOUS is the same as ${name}: nothing is being changed over. Remove it`,
    ),
  ]
}

const PUBLISHED = [PUBLIC_CRM_TOKEN, PUBLIC_JWT_SECRET]

/** Whether the text repeats one piece, with the last repetition possibly cut short. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length++)
    if (text.slice(length) === text.slice(0, -length)) return true
  return false
}

/** Whether most characters follow their neighbour in the alphabet or in counting. */
function isRising(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0)
  const neighbours = codes.filter((code, i) => i > 0 && Math.abs(code - (codes[i - 1] ?? 0)) <= 1)
  return neighbours.length > (text.length * 3) / 4
}
