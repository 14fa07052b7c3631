import { BlockList, isIP } from 'node:net'

const LENGTH_MAX = 2_000

/**
 * Returns the link of an online event as a browser will open it, or why it is refused. Attendees trust it, so it must not
 * disguise its host, and must lead to a public address. The host is ASCII, which reveals look-alike letters.
 */
export function readOnlineLink(text: string): { value: string } | { fault: string } {
  if (INVISIBLE.test(text))
    return { fault: 'must not contain control characters, marks that cannot be seen, or line breaks' }
  const url = /^https?:\/\/[^\s\\]+$/iu.test(text) && URL.parse(text)
  if (!url) return { fault: 'must be an http:// or https:// address' }
  if (url.username || url.password) return { fault: 'must not contain a user name or password' }
  if (!isPublic(url.hostname)) return { fault: 'must not lead into a private network or to one’s own device' }
  return url.href.length <= LENGTH_MAX
    ? { value: url.href }
    : { fault: `must have at most ${LENGTH_MAX} characters, with those outside of ASCII encoded` }
}

/** Control characters, and invisible ones such as direction marks, joiners and blank letters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

/** The URL parser has normalised every notation of an IPv4 address: `127.1`, `0x7f.1`, `2130706433`. */
function isPublic(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '')
  if (host.startsWith('[')) return isPublicIPv6(host.slice(1, -1))
  if (isIP(host) === 4) return !NOT_PUBLIC.check(host)
  // A name without a dot resolves in the reader's own network.
  return host.includes('.') && !LOCAL_NAME.test(host)
}

/** Names that resolve only on the device or in its network: RFC 6761, 6762, 8375 and ICANN's reserved ones. */
const LOCAL_NAME =
  /\.(?:localhost|local|internal|home\.arpa|localdomain|lan|intranet|private|corp|home|onion)$/

/** Public addresses are those of 2000::/3, without the tunnels that embed an IPv4 address. */
const isPublicIPv6 = (address: string): boolean =>
  GLOBAL.check(address, 'ipv6') && !TUNNELS.check(address, 'ipv6')

const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')

const TUNNELS = new BlockList()
TUNNELS.addSubnet('2001::', 32, 'ipv6')
TUNNELS.addSubnet('2002::', 16, 'ipv6')

/** RFC 6890: this host, private, shared, loopback, link-local, protocol and benchmark networks, multicast, reserved. */
const NOT_PUBLIC = new BlockList()
for (const subnet of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
]) {
  const [address = '', bits] = subnet.split('/')
  NOT_PUBLIC.addSubnet(address, Number(bits), 'ipv4')
}
