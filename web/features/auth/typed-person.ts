import { tabDraft } from '#web/lib/forms/drafts.ts'

/** Who somebody says they are, for the tab: phones reload one that was left for a moment. Never the password. */
export const typedPerson = tabDraft<{ first_name?: string; last_name?: string; email: string }>('person')
