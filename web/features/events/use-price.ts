import { useQuery } from '@tanstack/react-query'
import { settingsQuery } from '#web/features/account/account.queries.ts'
import { price } from '#web/lib/format.ts'

/** Writes prices in what they are in; nothing until that is known. */
export function usePrice(): (amount: number) => string {
  const currency = useQuery(settingsQuery).data?.currency
  return (amount) => (currency === undefined && amount !== 0 ? '' : price(amount, currency ?? 'EUR'))
}
