import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findZones, isSameZone, zoneOptions } from './time-zones.rules.ts'

const winter = new Date('2027-01-15T12:00:00Z')
const options = zoneOptions(winter, 'Europe/Berlin')
const find = (text: string) => findZones(options, text).map(({ value }) => value)

test('a zone is found by its words, in any order and case', () => {
  assert.equal(find('new york')[0], 'America/New_York')
  assert.equal(find('York new')[0], 'America/New_York')
  assert.equal(find('america/new_york')[0], 'America/New_York')
  assert.equal(find('sao p')[0], 'America/Sao_Paulo')
  assert.equal(find('São Paulo')[0], 'America/Sao_Paulo')
  assert.equal(find('utc')[0], 'UTC')
})

test('a zone is found by its old name and by its new one, and has the new one', () => {
  const pairs = [
    ['Kyiv', 'Kiev', 'Europe/Kyiv'],
    ['Kolkata', 'Calcutta', 'Asia/Kolkata'],
    ['Kathmandu', 'Katmandu', 'Asia/Kathmandu'],
    ['Yangon', 'Rangoon', 'Asia/Yangon'],
    ['Ho Chi Minh', 'Saigon', 'Asia/Ho_Chi_Minh'],
    ['Nuuk', 'Godthab', 'America/Nuuk'],
  ]
  for (const [now = '', before = '', name] of pairs)
    assert.deepEqual([find(now)[0], find(before)[0]], [name, name])
})

test('a zone is found by big cities, countries and the names of its clocks', () => {
  const places: Record<string, string> = {
    munich: 'Europe/Berlin',
    München: 'Europe/Berlin',
    barcelona: 'Europe/Madrid',
    'san francisco': 'America/Los_Angeles',
    delhi: 'Asia/Kolkata',
    rishikesh: 'Asia/Kolkata',
    ubud: 'Asia/Makassar',
    osaka: 'Asia/Tokyo',
    beijing: 'Asia/Shanghai',
    edinburgh: 'Europe/London',
    boston: 'America/New_York',
    'US/Pacific': 'America/Los_Angeles',
  }
  for (const [place, zone] of Object.entries(places)) assert.equal(find(place)[0], zone, place)
  assert.ok(find('germany').includes('Europe/Berlin'))
  assert.ok(find('central european').includes('Europe/Berlin'))
  assert.deepEqual(find('nowhere at all'), [])
})

test('every zone is there, once, with its offset at the time of the event', () => {
  assert.ok(options.length > 400)
  assert.equal(new Set(options.map(({ label }) => label)).size, options.length)
  const label = (value: string, at: Date) =>
    zoneOptions(at, 'UTC').find((option) => option.value === value)?.label
  assert.equal(label('Asia/Kolkata', winter), 'Asia/Kolkata (UTC+05:30)')
  assert.equal(label('America/New_York', winter), 'America/New York (UTC−05:00)')
  assert.equal(label('America/New_York', new Date('2027-07-15T12:00:00Z')), 'America/New York (UTC−04:00)')
})

test('what is stored can be shown, whatever its name', () => {
  for (const stored of ['Asia/Kolkata', 'Asia/Calcutta', 'US/Pacific', 'Europe/Kiev', 'Etc/GMT+8']) {
    const values = zoneOptions(winter, stored).map(({ value }) => value)
    assert.equal(values.filter((value) => isSameZone(value, stored)).length, 1, stored)
    assert.ok(values.includes(stored))
  }
  assert.equal(
    zoneOptions(winter, 'Asia/Calcutta').find(({ value }) => value === 'Asia/Calcutta')?.label,
    'Asia/Kolkata (UTC+05:30)',
  )
})
