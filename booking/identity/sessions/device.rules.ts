const BROWSERS: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]
const DEVICE_MAX = 100
const UNKNOWN = 'Unknown device'

/** Returns a short name of the client, at most 100 characters, for the list of sessions. The header is not verified. */
export function describeDevice(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 1_000)
  const browser = BROWSERS.find(([pattern]) => pattern.test(text))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1]
  if (browser) return system ? `${browser} on ${system}` : browser
  // Such as `curl/8.5.0`. Visible ASCII only, so that it cannot contain bidirectional controls.
  const program = /^[\x21-\x7e]+/.exec(text.trim())?.[0].slice(0, DEVICE_MAX)
  return program ?? UNKNOWN
}
