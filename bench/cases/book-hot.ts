import type { BenchCase } from '../bench-case.ts'
import { againstSql } from './book-spread.ts'

export const benchCase: BenchCase = {
  name: 'book-hot',
  title: 'bookings on one hot event, CRM acknowledging',
  against: 'SQL',
  target: 1.5,
  prepare: (stage) => againstSql(stage, 'hot'),
}
