// usage: node scripts/bootstrap.mjs <target.ts> [arguments…]
// Installs what is missing and runs the target with the Node release that package.json pins. Plain JavaScript, because it
// must run on any Node since 18; everything else is TypeScript that the pinned Node runs directly.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { basename, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE_MAJOR_MIN = 24
const INSTALL_WAIT_MAX_MS = 10 * 60_000
const PARENT_CHECK_MS = 250
// The same as in shared/lib/v8-memory.ts, which older Nodes cannot import.
const SERVICE_OPTIONS = ['--max-semi-space-size=8']
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const cacheDir = join(modules, '.cache', 'stillpoint-code')
const [target, ...targetArguments] = process.argv.slice(2)

try {
  if (!target) throw new Error('Usage: node scripts/bootstrap.mjs <target.ts> [arguments…]')
  if (!isInstalled()) await install()
  if (process.env.npm_lifecycle_event) endWithShell()
  await run(resolve(root, target), targetArguments)
} catch (error) {
  console.error(error.plain || error.name === 'ConfigError' ? error.message : error)
  process.exitCode = 1
}

function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const found = readPackages(join(modules, '.package-lock.json'))
  if (!wanted || !found) return false
  const names = Object.keys(wanted).filter((name) => name !== '')
  const withoutDev = !names.some((name) => wanted[name].dev && found[name])
  if (withoutDev && !isModernNode()) return false
  if (!withoutDev && !existsSync(join(modules, '.bin', 'node'))) return false
  return names.every((name) => {
    const { version, integrity, optional, dev, devOptional } = wanted[name]
    const isLeftOut = optional || ((dev || devOptional) && withoutDev)
    if (!found[name]) return isLeftOut
    return (
      found[name].version === version && found[name].integrity === integrity && existsSync(join(root, name))
    )
  })
}

async function install() {
  const unlock = await lockInstall()
  try {
    if (isInstalled()) return
    const isFirst = !existsSync(modules)
    console.error(
      isFirst
        ? 'Installing dependencies (first run, about 40 s)…'
        : 'Installing dependencies (they do not match package-lock.json yet)…',
    )
    const { code, output } = await installPackages()
    if (code !== 0) {
      throw plain(
        `${essence(output)}\nInstalling the dependencies failed: see above, check the network, then run "npm ci" for all of it.`,
      )
    }
    if (!isInstalled()) {
      throw plain(
        'The dependencies are installed but incomplete. Run "npm ci --ignore-scripts=false --include=dev", then try again.',
      )
    }
  } finally {
    unlock()
  }
}

async function installPackages() {
  // In production npm leaves development dependencies out, and with them the pinned Node.
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', ...(isModernNode() ? [] : ['--include=dev'])]
  let result = await runNpm(['ci', ...flags])
  // npm ci refuses a lock file without the optional packages of other platforms; npm install does not.
  if (result.code !== 0 && result.output.includes('EUSAGE'))
    result = await runNpm(['install', '--no-save', ...flags])
  return result.code === 0 ? runAllowedScripts() : result
}

/** Runs the install scripts of `allowScripts`: .npmrc disables all of them, because older npm does not know that list. */
async function runAllowedScripts() {
  const { allowScripts } = JSON.parse(readText(join(root, 'package.json')))
  const names = Object.keys(allowScripts).filter((name) => existsSync(join(modules, name)))
  return runNpm(['rebuild', '--ignore-scripts=false', '--loglevel=error', ...names])
}

async function runNpm(args) {
  const script = process.env.npm_execpath ?? ''
  const isNpm = basename(script) === 'npm-cli.js' && existsSync(script)
  const [file, prefix] = isNpm ? [process.execPath, [script]] : ['npm', []]
  const shell = !isNpm && process.platform === 'win32'
  const child = spawn(file, [...prefix, ...args], { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const stopForwarding = forwardSignals(child)
  const code = await new Promise((done) => {
    child.once('error', (error) => {
      output += `npm could not be started: ${error.message}`
      done(1)
    })
    child.once('close', (status, signal) => done(signal ? 1 : status))
  })
  stopForwarding()
  return { code, output: output.trim() }
}

/** The error messages of npm, without its list of options. */
function essence(output) {
  const lines = output
    .split('\n')
    .filter((line) => !line.startsWith('npm warn') && line.trim() !== 'npm error')
  return lines.slice(0, 20).join('\n')
}

/**
 * Allows one installation at a time; returns the function that releases the lock. The lock file is outside node_modules, which npm ci
 * removes, and not in a shared folder, where another user could hold it.
 */
async function lockInstall() {
  const path = join(root, '.install.lock')
  const deadline = Date.now() + INSTALL_WAIT_MAX_MS
  let isAnnounced = false
  while (!(await takeLock(path))) {
    if (!isAnnounced)
      console.error('Another Stillpoint process is installing the dependencies; waiting for it…')
    isAnnounced = true
    if (Date.now() > deadline)
      throw plain(`Waited ten minutes for another installation. If none is running, delete ${path}.`)
    await sleep(250)
  }
  return () => rmSync(path, { force: true })
}

async function takeLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    const owner = Number(readText(path))
    if (owner > 0 ? !isAlive(owner) : age > 5000) rmSync(path, { force: true })
    return false
  }
  // Another process that found the previous lock stale may have removed ours instead.
  await sleep(50)
  return readText(path) === String(process.pid)
}

async function run(path, args) {
  const pinned = pinnedNode()
  if (pinned) return runWith(pinned, path, args)
  if (!isModernNode()) {
    throw plain(
      `Stillpoint needs Node.js ${NODE_MAJOR_MIN} or newer, this is ${process.version}. ` +
        'Run "npm ci --include=dev" to get the right one into node_modules, or install it.',
    )
  }
  // Caches compiled code and stripped types: a faster start and about 18 MB less memory.
  module.enableCompileCache(cacheDir)
  process.env.NODE_COMPILE_CACHE ??= cacheDir
  process.argv.splice(1, process.argv.length, path, ...args)
  await import(pathToFileURL(path).href)
}

/** The pinned Node, unless this process already runs on it or it is not installed. */
function pinnedNode() {
  const { devDependencies } = JSON.parse(readText(join(root, 'package.json')))
  if (process.versions.node === devDependencies.node) return undefined
  const link = join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(link) ? realpathSync(link) : undefined
}

async function runWith(node, path, args) {
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cacheDir }
  const child = spawn(node, [...SERVICE_OPTIONS, path, ...args], { stdio: 'inherit', env })
  forwardSignals(child)
  const [code, signal] = await new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (...status) => done(status))
  })
  if (!signal) process.exit(code)
  for (const name of FORWARDED) process.removeAllListeners(name)
  process.kill(process.pid, signal)
}

/** npm runs scripts in a shell, and a signal to npm ends the shell without being forwarded to this process. */
function endWithShell() {
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, PARENT_CHECK_MS)
  watch.unref()
}

function forwardSignals(child) {
  const listeners = FORWARDED.map((name) => [name, () => child.kill(name)])
  for (const [name, listener] of listeners) process.on(name, listener)
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener)
  }
}

function isModernNode() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function plain(message) {
  return Object.assign(new Error(message), { plain: true })
}
