import { useQuery } from '@tanstack/react-query'
import { price } from '#web/lib/format.ts'
import { settingsQuery } from './settings.queries.ts'

/** Formats prices in the currency of the settings; empty until they are known. */
export function usePrice(): (amount: number) => string {
  const currency = useQuery(settingsQuery).data?.currency
  return (amount) => (currency === undefined && amount !== 0 ? '' : price(amount, currency ?? 'EUR'))
}
