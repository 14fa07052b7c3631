import type { CreateFacilitator, Facilitator, UpdateFacilitator } from '#web/lib/api/contract.ts'
import { changedFields } from '#web/lib/forms/follow.rules.ts'

export type FacilitatorValues = {
  email: string
  password: string
  first_name: string
  last_name: string
  specialization: string
  bio: string
  experience_years: number | string
  is_active: boolean
  /** For an existing account: the admin confirms whose it is. */
  isTheirs: boolean
}

export function valuesOf(facilitator: Facilitator | undefined): FacilitatorValues {
  return {
    email: '',
    password: '',
    first_name: facilitator?.first_name ?? '',
    last_name: facilitator?.last_name ?? '',
    specialization: facilitator?.specialization ?? '',
    bio: facilitator?.bio ?? '',
    experience_years: facilitator?.experience_years ?? '',
    is_active: facilitator?.is_active ?? true,
    isTheirs: false,
  }
}

/** The body to send. Without a password the API expects an existing account, which keeps its own. */
export function toCreate({
  email,
  password,
  isTheirs,
  is_active: _new,
  ...values
}: FacilitatorValues): CreateFacilitator {
  return {
    email: email.trim(),
    ...(password && { password }),
    ...(isTheirs && { existing: true }),
    ...aboutThem(values),
  }
}

/** The body to send: changed fields only, so that what others change meanwhile stays. */
export function toUpdate(facilitator: Facilitator, values: FacilitatorValues): UpdateFacilitator {
  const { is_active } = values
  return {
    ...changedFields(aboutThem(values), aboutThem(valuesOf(facilitator))),
    ...(is_active !== facilitator.is_active && { is_active }),
  }
}

type About = Pick<
  FacilitatorValues,
  'first_name' | 'last_name' | 'specialization' | 'bio' | 'experience_years'
>

const aboutThem = ({ first_name, last_name, specialization, bio, experience_years }: About) => ({
  first_name: first_name.trim(),
  last_name: last_name.trim(),
  specialization: specialization.trim() || null,
  bio: bio.trim() || null,
  experience_years: experience_years === '' ? null : Number(experience_years),
})
