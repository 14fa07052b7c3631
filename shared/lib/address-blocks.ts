import { isIPv6 } from 'node:net'
import { LRUCache } from 'lru-cache'

/**
 * The blocks that an address is rate-limited by, smallest first: an IPv4 address itself; of an IPv6 address the /64 that every
 * customer has, the /56 that many have, and the /48 of a data centre's customer. `times` is the factor of the block's limit.
 */
export function addressBlocks(ip: string): Block[] {
  const known = recent.get(ip)
  if (known) return known
  const blocks = readBlocks(ip)
  recent.set(ip, blocks)
  return blocks
}

type Block = { block: string; times: number }

// Parsing an IPv6 address takes 15 µs, and clients send many requests.
const recent = new LRUCache<string, Block[]>({ max: 1_000 })

function readBlocks(ip: string): Block[] {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped || !isIPv6(ip)) return [{ block: mapped ?? ip, times: 1 }]
  const groups = groupsOf(ip)
  return SIZES.map(({ bits, times }) => ({ block: prefix(groups, bits), times }))
}

/** The network that counts as one client: the IPv4 address, or the /64 of an IPv6 address. */
export const networkOf = (ip: string): string => addressBlocks(ip)[0]?.block ?? ip

const SIZES = [
  { bits: 64, times: 1 },
  { bits: 56, times: 2 },
  { bits: 48, times: 4 },
]

/** The first four of the eight groups of an IPv6 address. */
function groupsOf(ip: string): number[] {
  const [head = '', tail] = ip.split('%', 1)[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  // An IPv4 address at the end stands for two groups.
  const known = left.length + right.length + (ip.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - known)).fill('0')
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16))
}

function prefix([a = 0, b = 0, c = 0, d = 0]: number[], bits: number): string {
  const last = bits === 64 ? d : bits === 56 ? d & 0xff00 : 0
  return `${[a, b, c, last].map((group) => group.toString(16)).join(':')}::/${bits}`
}
