import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from './services.ts'

/** Runs a script of ours to its end, as an operator does, with `input` on standard input. Outputs are trimmed. */
export async function runScript(
  file: string,
  words: string[],
  { env, input = '' }: { env: Record<string, string>; input?: string },
): Promise<{ code: number; output: string; errors: string; ms: number }> {
  const startedAt = performance.now()
  // Not the repository: a developer's own .env must not steer a proof.
  const options = { env: { ...process.env, ...env }, cwd: import.meta.dirname }
  const child = spawn(process.execPath, [join(root, file), ...words], options)
  child.stdin.on('error', () => {}).end(input)
  const [[code], output, errors] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { code, output: output.trim(), errors: errors.trim(), ms: performance.now() - startedAt }
}
