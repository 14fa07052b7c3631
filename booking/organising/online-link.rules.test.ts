import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOnlineLink } from './online-link.rules.ts'

const read = (text: string): { value?: string; fault?: string } => readOnlineLink(text)
const kept = (text: string) => read(text).value
const faultOf = (text: string) => read(text).fault

test('a link is kept as a browser opens it', () => {
  assert.equal(kept('https://meet.example.com/forest?b=1#x'), 'https://meet.example.com/forest?b=1#x')
  assert.equal(kept('HTTPS://Zoom.US:443/j/1/../2'), 'https://zoom.us/j/2')
  assert.equal(kept('http://example.com'), 'http://example.com/')
  for (const link of ['https://93.184.216.34/', 'https://172.32.0.1/', 'https://[2606:4700::1111]/'])
    assert.equal(kept(link), link)
})

test('what is kept is read again as the same', () => {
  for (const text of [
    'https://bücher.example/ä?ö=ü',
    'https://zооm.us/',
    'https://a.example/%E2%80%AE',
    'http://a.example',
  ]) {
    const value = kept(text)
    assert.ok(value)
    assert.equal(kept(value), value)
  }
})

test('a name in look-alike letters is kept in ASCII', () => {
  assert.equal(kept('https://zооm.us/j/1'), 'https://xn--zm-fmca.us/j/1')
  assert.equal(kept('https://bücher.example/'), 'https://xn--bcher-kva.example/')
  assert.equal(kept('https://ｚｏｏｍ．ｕｓ/'), 'https://zoom.us/')
})

test('what leads to a device of one’s own, or into a private network, is refused however it is written', () => {
  const hosts = [
    ...[
      'localhost',
      'LOCALHOST.',
      'app.localhost',
      'printer.local',
      'nas.home.arpa',
      'metadata.google.internal',
      'router',
      'router.lan',
    ],
    ...[
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '0177.0.0.1',
      '2130706433',
      '127.0.0.1.',
      '１２７.０.０.１',
      '0.0.0.0',
      '0',
    ],
    ...[
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.178.1',
      '100.64.0.1',
      '169.254.169.254',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[2001::1]',
    ],
    ...['[fe80::1]', '[fc00::1]', '[fd12:3456::1]', '[fec0::1]', '[ff02::1]'],
  ]
  for (const host of hosts) {
    for (const link of [`http://${host}/`, `https://${host}:8443/a?b#c`])
      assert.match(String(faultOf(link)), /private network/, link)
  }
})

test('what shows another host than it leads to is refused', () => {
  for (const link of [
    'https://zoom.us@evil.example',
    'https://zoom.us:443@evil.example/',
    'https://:x@evil.example',
    'https://zoom.us%2F@evil.example',
  ])
    assert.match(String(faultOf(link)), /user name or password/, link)
  assert.ok(faultOf('https://zoom.us\\@evil.example'))
})

test('what cannot be seen is refused', () => {
  const marks = [
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\u00ad',
    '\ufeff',
    '\u2028',
    '\u0001',
    '\u007f',
    '\u0085',
    '\t',
    '\n',
    '\u3164',
    '\ud800',
  ]
  for (const mark of marks) {
    for (const link of [`https://zoom.us/${mark}x`, `https://zo${mark}om.us/`, `https://zoom.us/?a=${mark}`])
      assert.match(String(faultOf(link)), /^must/, JSON.stringify(link))
  }
})

test('only pages are linked to', () => {
  for (const link of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://zoom.us/',
    'zoommtg://zoom.us/join',
    'zoom.us',
    '//zoom.us',
    'https:zoom.us',
    'https://',
    'http://[',
    'mailto:a@b.example',
    'file:///etc/passwd',
    'https://zo om.us',
  ])
    assert.match(String(faultOf(link)), /http:\/\/ or https:\/\//, link)
})

test('what grows beyond its length when it is encoded is refused', () => {
  assert.match(String(faultOf(`https://a.example/${'ä'.repeat(500)}`)), /2000/)
  assert.ok(kept(`https://a.example/${'a'.repeat(1_900)}`))
})
