import { send } from './api-client.ts'

/** Saves a file that only comes with a token, which a plain link could not send. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, { headers: { accept: '*/*' } })
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Not at once: the browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
