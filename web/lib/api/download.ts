import { send } from './api-client.ts'

/** Saves a file that needs the access token, which a link could not send. Throws as `send` does. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(path, { headers: { accept: '*/*' } })
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the URL after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
