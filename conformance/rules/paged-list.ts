import { type Check, contract, decision, NotRun } from '../check.ts'
import type { Answer, Query } from '../client.ts'
import { pagination } from '../contract/models.ts'
import { expectBody, expectCodedError, expectShape, expectThat, expectValues } from '../expect.ts'
import { id, list, object, type ValueOf } from '../shape.ts'
import type { World } from '../world/world.ts'

type Ask = (world: World, query: Query) => Promise<Answer>
type Page = { answer: Answer; ids: number[]; pagination: ValueOf<typeof pagination> }

/** Rules of every paginated list; `key` is the field of the items. */
export function pagedList(key: string, ask: Ask): Check[] {
  const read = async (world: World, query: Query) => toPage(await ask(world, query), key)
  return [
    contract('starts at page 1 with 10 items a page', async (world) => {
      const { answer, pagination } = await read(world, {})
      expectValues(answer, pagination, { page: 1, per_page: 10, has_prev: false })
    }),
    contract('counts its pages and their neighbours correctly', async (world) => {
      for (const per_page of [1, 2, 7]) expectArithmetic(await read(world, { per_page }), 1, per_page)
    }),
    contract('walks from page to page without showing an item twice', async (world) => {
      const first = await read(world, { page: 1, per_page: 1 })
      if (first.pagination.total < 2) throw new NotRun('the list holds fewer than two items')
      const second = await read(world, { page: 2, per_page: 1 })
      expectArithmetic(second, 2, 1)
      expectThat(second.answer, second.ids[0] !== first.ids[0], `another item than ${first.ids[0]} on page 2`)
    }),
    decision('answers an empty page past the last one', async (world) => {
      const { total } = (await read(world, {})).pagination
      const { answer, ids, pagination } = await read(world, { page: 1_000_000 })
      expectValues(answer, { ids, pagination }, { ids: [], pagination: { total, has_next: false } })
    }),
    decision('clamps per_page to 100', async (world) => {
      const { answer, pagination } = await read(world, { per_page: 1_000 })
      expectValues(answer, pagination, { per_page: 100 })
    }),
    ...['page', 'per_page'].map((name) =>
      decision(`refuses a ${name} that is not a number from 1 up`, async (world) => {
        for (const value of ['abc', 0, -1]) expectCodedError(await ask(world, { [name]: value }), 400)
      }),
    ),
  ]
}

function expectArithmetic({ answer, ids, pagination }: Page, page: number, perPage: number): void {
  const { total } = pagination
  const pages = Math.ceil(total / perPage)
  expectValues(answer, pagination, {
    page,
    pages,
    per_page: perPage,
    has_next: page < pages,
    has_prev: page > 1,
  })
  const items = Math.min(perPage, Math.max(0, total - (page - 1) * perPage))
  expectThat(
    answer,
    ids.length === items,
    `${items} items on page ${page} of ${total}`,
    `${ids.length} items`,
  )
}

function toPage(answer: Answer, key: string): Page {
  const { pagination: found } = expectBody(answer, 200, object({ pagination }))
  const items = expectShape(answer, object({ [key]: list(object({ id })) }))[key] ?? []
  return { answer, ids: items.map((item) => item.id), pagination: found }
}
