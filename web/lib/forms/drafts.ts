import { useState } from 'react'
import * as session from '#web/lib/api/session.ts'
import { readStored, writeStored } from '#web/lib/storage.ts'

/** Typed text that was not sent yet. It is kept for the tab, so that a reload or a new login does not lose it. */

const PREFIX = 'stillpoint.draft.'

const keyOf = (name: string) => `${PREFIX}${session.get()?.user.id ?? 0}.${name}`

/** A draft that a login does not change: what was begun without one goes on with it. */
export const tabDraft = <T>(name: string) => ({
  read: () =>
    (readStored('sessionStorage', `${PREFIX}tab.${name}`) ?? withoutStorage.get(name)) as T | undefined,
  write(value: T | undefined) {
    withoutStorage.set(name, value)
    writeStored('sessionStorage', `${PREFIX}tab.${name}`, value)
  },
})

/** Where storage is refused, drafts of the tab last until it is reloaded. */
const withoutStorage = new Map<string, unknown>()

/** Undefined without a draft. It was written by `writeDraft` of the same tab. */
export const readDraft = <T>(name: string) => readStored('sessionStorage', keyOf(name)) as T | undefined

/** `undefined` removes it. */
export const writeDraft = (name: string, value: unknown): void =>
  writeStored('sessionStorage', keyOf(name), value)

/** When somebody logs out: the next person at this device may be another one. */
export function forgetDrafts(): void {
  withoutStorage.clear()
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
  } catch {
    // Nothing is stored.
  }
}

/** State of a text field that is kept as a draft until it is set to `''`. */
export function useDraft(name: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft<string>(name) ?? '')
  const change = (typed: string) => {
    setText(typed)
    writeDraft(name, typed === '' ? undefined : typed)
  }
  return [text, change]
}
