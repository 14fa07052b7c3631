import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from './address-blocks.ts'

test('one client is an IPv4 address, or the /64 of an IPv6 address', () => {
  const cases: Record<string, string> = {
    '1.2.3.4': '1.2.3.4',
    '::ffff:1.2.3.4': '1.2.3.4',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:0db8:1:2::9': '2001:db8:1:2::/64',
    '2001:db8::9': '2001:db8:0:0::/64',
    '2001:db8:1:2:3:4:5.6.7.8': '2001:db8:1:2::/64',
    '64:ff9b::1.2.3.4': '64:ff9b:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    '::1': '0:0:0:0::/64',
    '::': '0:0:0:0::/64',
    '': '',
  }
  for (const [ip, expected] of Object.entries(cases)) assert.equal(networkOf(ip), expected, ip)
})
