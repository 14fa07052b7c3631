import type { Generated, Insertable, Selectable } from 'kysely'

export type FacilitatorTable = {
  id: Generated<number>
  user_id: number | null
  first_name: string
  last_name: string
  bio: string | null
  specialization: string | null
  experience_years: number | null
  is_active: Generated<boolean>
  created_at: Generated<Date>
}

export type FacilitatorRow = Selectable<FacilitatorTable>
export type NewFacilitator = Insertable<FacilitatorTable>
