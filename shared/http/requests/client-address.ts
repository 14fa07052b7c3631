import { BlockList, isIP, isIPv4 } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Whether this address is a trusted proxy, whose `X-Forwarded-…` headers are used. */
export type Trust = (address: string | undefined) => boolean

/** `proxies`: addresses, subnets, or the names `loopback`, `linklocal`, `uniquelocal`. Throws for anything else. */
export function createTrust(proxies: string[]): Trust {
  const trusted = new BlockList()
  for (const range of proxies.flatMap((each) => NAMED_RANGES[each] ?? [each])) addRange(trusted, range)
  return (address = '') => {
    const version = isIP(address)
    return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}

function addRange(list: BlockList, range: string): void {
  const [, address = '', bits] = /^([^/]+)(?:\/([\d.]+))?$/.exec(range) ?? []
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  try {
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, prefixOf(bits), family)
  } catch {
    throw new Error(`TRUST_PROXY has ${range}, which is neither an address nor a subnet such as 10.0.0.0/8`)
  }
}

const NAMED_RANGES: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** From `16` or `255.255.0.0`. */
const prefixOf = (bits: string): number =>
  isIPv4(bits)
    ? bits.split('.').reduce((sum, part) => sum + Number(part).toString(2).replaceAll('0', '').length, 0)
    : Number(bits)

/** Removes ports from `X-Forwarded-For`, so that `request.ip` is an address. Call before other hooks. */
export function readForwardedAddresses(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    const given = headers['x-forwarded-for']
    if (given !== undefined) headers['x-forwarded-for'] = bareAddresses(String(given))
    done()
  })
}

/**
 * The addresses without ports. Entries to the left of one that is no address are dropped: they come from an unknown sender, who
 * may have invented them.
 */
export function bareAddresses(forwardedFor: string): string {
  const entries = forwardedFor.split(',').map((entry) => bareAddress(entry.trim()))
  return entries.slice(entries.lastIndexOf(undefined) + 1).join(', ')
}

function bareAddress(entry: string): string | undefined {
  const [, inBrackets, beforePort] = WITH_PORT.exec(entry) ?? []
  const address = inBrackets ?? beforePort ?? entry
  return isIP(address) ? address : undefined
}

const WITH_PORT = /^"?(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)"?$/

const isLoopback = createTrust(['loopback'])

/** From this machine, and not through a proxy on it. */
export const isDirect = ({ raw: { headers, socket } }: FastifyRequest): boolean =>
  isLoopback(socket.remoteAddress) && PROXIED.every((name) => headers[name] === undefined)

const PROXIED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via']
