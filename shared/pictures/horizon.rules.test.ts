import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CARD_WIDTH, drawHorizon, HEIGHT, PAGE_WIDTH } from './horizon.rules.ts'

const noon = { id: 7, isRetreat: false, hour: 12 }

test('an event looks the same wherever it is shown, and unlike any other', () => {
  assert.deepEqual(drawHorizon(noon), drawHorizon({ ...noon }))
  const views = Array.from({ length: 200 }, (_, id) => JSON.stringify(drawHorizon({ ...noon, id })))
  assert.equal(new Set(views).size, 200)
})

test('sessions lie by the water, retreats in the hills', () => {
  const session = drawHorizon(noon)
  const retreat = drawHorizon({ ...noon, isRetreat: true })
  assert.ok(session.glints.length > 0)
  assert.equal(retreat.glints.length, 0)
  assert.equal(retreat.layers.length, 4)
})

test('the sky follows the hour: the sun is low at dawn, high at noon, and a moon at night', () => {
  const at = (hour: number) => drawHorizon({ ...noon, hour })
  assert.ok(at(6).sun.y > at(13).sun.y)
  assert.deepEqual([at(3).sun.isMoon, at(12).sun.isMoon, at(23).sun.isMoon], [true, false, true])
  const skies = new Set([3, 6, 10, 14, 18, 20, 23].map((hour) => at(hour).sky.join()))
  assert.equal(skies.size, 7)
})

test('every colour of every hour is valid', () => {
  for (let hour = 0; hour < 24; hour += 0.25) {
    const { sky, sun, glint, layers } = drawHorizon({ ...noon, hour })
    for (const color of [...sky, sun.color, glint, ...layers.map((layer) => layer.color)])
      assert.match(color, /^#[0-9a-f]{6}$/, `at ${hour}`)
  }
})

test('the sun never leaves the picture', () => {
  for (let id = 1; id <= 300; id++) {
    for (const hour of [0, 5, 6.5, 12, 18, 21, 23.9]) {
      for (const isRetreat of [false, true]) {
        for (const width of [CARD_WIDTH, PAGE_WIDTH]) {
          const { x, y } = drawHorizon({ id, isRetreat, hour, width }).sun
          assert.ok(x > 0 && x < width && y > 0 && y < HEIGHT)
        }
      }
    }
  }
})
