import assert from 'node:assert/strict'
import { test } from 'node:test'
import { piecesOf } from './text-links.rules.ts'

const linksOf = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? [])

test('https addresses are links, without the punctuation around them', () => {
  const text = 'Map: https://maps.example/a?q=1,2. Also (https://en.example/wiki/Qi_(Chi)), and more.'
  assert.deepEqual(linksOf(text), ['https://maps.example/a?q=1,2', 'https://en.example/wiki/Qi_(Chi)'])
  assert.equal(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(''),
    text,
  )
  assert.deepEqual(piecesOf('Just words.'), [{ text: 'Just words.' }])
  assert.deepEqual(piecesOf(''), [])
})

test('nothing else is', () => {
  for (const text of [
    'http://example.com',
    'javascript:alert(1)',
    'https://bank.example@evil.example/x',
    'https://',
    'xhttps://example.com',
    'data:text/html,https:/x',
  ])
    assert.deepEqual(linksOf(text), [], text)
})

test('a host in look-alike letters is shown as it is looked up', () => {
  const [piece] = piecesOf('https://аpple.com/')
  assert.equal(piece?.text, 'https://xn--pple-43d.com/')
})
