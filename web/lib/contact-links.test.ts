import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailto, outsideLink, tel } from './contact-links.ts'

test('a mailto link has one recipient and no other fields', () => {
  assert.equal(mailto('ann.other+yoga@example.com'), 'mailto:ann.other%2Byoga@example.com')
  assert.equal(mailto('boss?cc=evil@example.com'), 'mailto:boss%3Fcc%3Devil@example.com')
  const bad = [
    'a?bcc=b@c.example&body=x',
    'a,b@c.example',
    'a;b@c.example',
    'a@b@c.example',
    'a%3Fcc=b@c',
    'a#b@c',
    'a b@c',
    '\n',
    '\ud800@x',
    'x',
  ]
  for (const address of bad) {
    const url = new URL(mailto(address))
    assert.deepEqual([url.search, url.hash], ['', ''], address)
    assert.doesNotMatch(url.pathname, /[,;?&\s]|@.*@/, address)
    if (!/\p{Cs}/u.test(address)) assert.equal(decodeURIComponent(url.pathname), address)
  }
})

test('a tel link only dials a number', () => {
  assert.equal(tel('+49 (0)151 234-5678'), 'tel:+491512345678')
  assert.equal(tel('030/123.456'), 'tel:030123456')
  assert.equal(tel('+1 555 0100 ext. 7'), 'tel:+15550100')
  assert.equal(tel('+15550100;phone-context=evil.example'), 'tel:+15550100')
  for (const phone of ['*21*0900123456#', '##002#', 'call me', '12', '', '+', '٣٤٥٦٧', ';isub=1'])
    assert.equal(tel(phone), undefined, phone)
})

test('an external link is a page, with its real host', () => {
  assert.deepEqual(outsideLink('https://zoom.us/j/1'), { href: 'https://zoom.us/j/1', host: 'zoom.us' })
  assert.equal(outsideLink('https://zооm.us/j/1')?.host, 'xn--zm-fmca.us')
  assert.equal(outsideLink('https://meet.example.com:8443/')?.host, 'meet.example.com:8443')
  const bad = [
    null,
    undefined,
    '',
    'zoom.us/j/1',
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'ftp://x.example/',
    'https://zoom.us@evil.example/',
    'https://:x@evil.example',
    'https://',
  ]
  for (const text of bad) assert.equal(outsideLink(text), undefined, String(text))
})
