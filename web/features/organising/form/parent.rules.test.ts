import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import { parentHint, parentOptions } from './parent.rules.ts'

const now = new Date('2026-12-01T12:00:00Z')
const anEvent = (id: number, changes: Partial<Event> = {}) =>
  ({
    id,
    title: `Event ${id}`,
    event_type: 'SESSION',
    start_datetime: '2026-12-04T16:00:00',
    end_datetime: '2026-12-06T12:00:00',
    timezone: 'Europe/Berlin',
    location: 'Beech Lodge',
    status: 'ACTIVE',
    parent_event_id: null,
    ...changes,
  }) as Event
const retreat = anEvent(1, { event_type: 'RETREAT', title: 'Winter Retreat' })
const over = { start_datetime: '2026-11-27T16:00:00', end_datetime: '2026-11-29T12:00:00' }

const shown = (...args: Parameters<typeof parentOptions>) =>
  parentOptions(...args).map(({ group, items }) => [group, items.map(({ value }) => value)])

test('retreats come first, and what is over, a part itself, or the event itself is left out', () => {
  const choices = [anEvent(2), retreat, anEvent(3, { parent_event_id: 1 }), anEvent(4, over), anEvent(5)]
  assert.deepEqual(shown(choices, { chosen: undefined, event_id: 5, now }), [
    ['Retreats', ['1']],
    ['Sessions', ['2']],
  ])
  assert.deepEqual(shown([], { chosen: undefined, event_id: undefined, now }), [])
  assert.match(
    parentOptions([retreat], { chosen: retreat, event_id: undefined, now })[0]?.items[0]?.label ?? '',
    /^Winter Retreat, Fri,? .*Dec/,
  )
})

test('what is chosen stays in the list, also when it is over', () => {
  const chosen = anEvent(4, over)
  assert.deepEqual(shown([retreat], { chosen, event_id: undefined, now }), [
    ['Retreats', ['1']],
    ['Sessions', ['4']],
  ])
  assert.deepEqual(shown([retreat], { chosen: retreat, event_id: undefined, now }), [['Retreats', ['1']]])
})

test('times outside of the chosen event are said, and those within are not', () => {
  const at = (...times: [string, string]): [Date, Date] => [new Date(times[0]), new Date(times[1])]
  const usual = parentHint(undefined, undefined)
  assert.equal(parentHint(retreat, at('2026-12-04T16:00:00Z', '2026-12-06T12:00:00Z')), usual)
  assert.match(parentHint(retreat, at('2026-12-04T15:00:00Z', '2026-12-04T17:00:00Z')), /not within/)
  assert.match(parentHint(retreat, at('2026-12-06T11:00:00Z', '2026-12-06T13:00:00Z')), /not within/)
  assert.equal(parentHint(retreat, undefined), usual)
})
