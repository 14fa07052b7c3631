import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeDevice } from './device.rules.ts'

test('browsers and systems are named as people know them', () => {
  const cases: [string | undefined, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['node', 'node'],
    [undefined, 'Unknown device'],
    ['', 'Unknown device'],
  ]
  for (const [text, device] of cases) assert.equal(describeDevice(text), device)
})

test('names are at most 100 characters and contain no bidirectional controls', () => {
  assert.equal(describeDevice('x'.repeat(5_000)).length, 100)
  assert.equal(describeDevice('tool\u202egnp.exe'), 'tool')
  assert.equal(describeDevice('\u202e\u0000'), 'Unknown device')
})
