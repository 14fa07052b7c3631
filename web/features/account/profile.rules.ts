import type { UpdateProfile, User } from '#web/lib/api/contract.ts'

type Typed = { first_name: string; last_name: string; email: string; phone: string; current_password: string }

/** The body to send: changed fields only, and the password only with a new e-mail address. */
export function changesOf(user: User, typed: Typed): UpdateProfile {
  const [first_name, last_name, email] = [typed.first_name.trim(), typed.last_name.trim(), typed.email.trim()]
  const phone = typed.phone.trim() || null
  return {
    ...(first_name !== user.first_name && { first_name }),
    ...(last_name !== user.last_name && { last_name }),
    ...(phone !== user.phone && { phone }),
    ...(email !== user.email && {
      email,
      ...(typed.current_password && { current_password: typed.current_password }),
    }),
  }
}
