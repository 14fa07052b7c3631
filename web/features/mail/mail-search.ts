import { oneOf, readNumber, readPage, readText, searchReader, toQuery } from '#web/lib/search-params.ts'

/** The filters of the list of mails, and the mail that is open, as parameters of the address. */
export type MailSearch = {
  q?: string
  status?: 'waiting' | 'sending' | 'sent' | 'failed' | 'dropped'
  page?: number
  mail?: number
}

const PER_PAGE = 25

export const readMailSearch = searchReader<MailSearch>({
  q: readText,
  status: oneOf('waiting', 'sending', 'sent', 'failed', 'dropped'),
  page: readPage,
  mail: readNumber,
})

export function mailsQueryOf({ q, status, page = 1 }: MailSearch): string {
  return toQuery({ search: q?.trim(), status, page, per_page: PER_PAGE })
}

/** Resets all filters. */
export const EVERY_MAIL: MailSearch = { q: undefined, status: undefined, page: undefined }

export const isFiltered = ({ q, status }: MailSearch): boolean => q !== undefined || status !== undefined
