export type CalendarTokenTable = {
  user_id: number
  token_hash: string
  created_at: Date
}
