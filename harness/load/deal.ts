/** `spread`: neighbours have different events. `hot`: everybody books the first event, then everybody the next. */
export type DealOrder = 'spread' | 'hot'

/** The next person and the next event; undefined when everybody has had everything. */
export type Deal<Person = number> = () => { person: Person; event: number } | undefined

/** Every person with every event, once, dealt out like cards. `from`: so many turns of everybody are left out. */
export function deal<Person>({
  people,
  events,
  order,
  from = 0,
}: {
  people: Person[]
  events: number[]
  order: DealOrder
  from?: number
}): Deal<Person> {
  let dealt = from * people.length
  return () => {
    const index = dealt % people.length
    const turn = Math.floor(dealt / people.length)
    const person = people[index]
    const event = events[order === 'hot' ? turn : (index + turn) % events.length]
    if (turn >= events.length || person === undefined || event === undefined) return undefined
    dealt++
    return { person, event }
  }
}
