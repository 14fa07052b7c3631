/** What takes place on some days of a week, in a lane below the date that it has for itself on all of them. */
export type Segment<T> = {
  item: T
  /** Of the week's days, 0 to 6, and how many from there on. */
  column: number
  span: number
  lane: number
  /** It has begun in an earlier week, or goes on in the next. */
  isFromBefore: boolean
  goesOn: boolean
}

/** The lanes of a day that are shown. */
export const LANES = 3

/**
 * Lays items out over the days of a week, those of several days first and longest first, which keep their lane over all of them.
 * `hidden` says for each day how many found no lane.
 */
export function lanesOf<T>(
  week: string[],
  items: T[],
  daysOf: (item: T) => string[],
): { segments: Segment<T>[]; hidden: number[] } {
  const taken = week.map(() => new Set<number>())
  const hidden = week.map(() => 0)
  const segments: Segment<T>[] = []
  const inWeek = items
    .map((item) => ({ item, days: daysOf(item) }))
    .map(({ item, days }) => ({ item, days, own: week.filter((day) => days.includes(day)) }))
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => b.own.length - a.own.length)
  for (const { item, days, own } of inWeek) {
    const column = week.indexOf(own[0] as string)
    const span = own.length
    const columns = Array.from({ length: span }, (_, i) => column + i)
    let lane = 0
    while (columns.some((each) => taken[each]?.has(lane))) lane++
    for (const each of columns) {
      if (lane < LANES) taken[each]?.add(lane)
      else hidden[each] = (hidden[each] ?? 0) + 1
    }
    if (lane >= LANES) continue
    segments.push({
      item,
      column,
      span,
      lane,
      isFromBefore: own[0] !== days[0],
      goesOn: own.at(-1) !== days.at(-1),
    })
  }
  return { segments: segments.sort((a, b) => a.column - b.column || a.lane - b.lane), hidden }
}
