import { type ComponentType, lazy } from 'react'
import { isOffline, unreachable } from './api/api-error.ts'

let attempts = 0

/**
 * Loads code that is not needed at first. Browsers keep the failure of an address until the page is reloaded: after one the code
 * is asked for at another address, which the failure names. Throws an `ApiError` without a connection, otherwise what the browser
 * throws.
 */
export async function loadCode<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (isOffline()) throw unreachable()
    const [address] = /https?:\/\/\S+\.js/.exec(String(error)) ?? []
    if (!address) throw error
    attempts += 1
    return await import(/* @vite-ignore */ `${address}?attempt=${attempts}`)
  }
}

/** Loads code before it is needed. That it could not be loaded shows when it is. */
export const loadAhead = (load: () => Promise<unknown>): void => void load().catch(() => undefined)

/** A component whose code is loaded when it is shown. */
export const lazyComponent = <M, P extends object>(
  load: () => Promise<M>,
  componentOf: (module: M) => ComponentType<P>,
) => lazy(async () => ({ default: componentOf(await loadCode(load)) }))
