import Type, { type Static } from 'typebox'
import { MAX_ID } from './schemas.ts'

const PER_PAGE_MAX = 100

/** Query fields of every list. `per_page` above 100 counts as 100 (contract). */
export const PageQuery = {
  page: Type.Integer({ minimum: 1, maximum: MAX_ID, default: 1 }),
  per_page: Type.Integer({
    minimum: 1,
    default: 10,
    description: `Items per page, at most ${PER_PAGE_MAX}.`,
  }),
}

export const Pagination = Type.Object(
  {
    page: Type.Integer(),
    pages: Type.Integer(),
    per_page: Type.Integer(),
    total: Type.Integer(),
    has_next: Type.Boolean(),
    has_prev: Type.Boolean(),
  },
  { title: 'Pagination' },
)
export type Pagination = Static<typeof Pagination>

export type PageRequest = { page: number; per_page: number }
/** The rows of one page. */
export type Slice = { limit: number; offset: number }

export function toSlice({ page, per_page }: PageRequest): Slice {
  const limit = Math.min(per_page, PER_PAGE_MAX)
  return { limit, offset: (page - 1) * limit }
}

export function toPagination({ page, per_page }: PageRequest, total: number): Pagination {
  const size = Math.min(per_page, PER_PAGE_MAX)
  const pages = Math.ceil(total / size)
  return { page, pages, per_page: size, total, has_next: page < pages, has_prev: page > 1 }
}
