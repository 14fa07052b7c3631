/** HTML that is safe to send. `html` makes it. */
export type Html = { readonly html: string }

type Value = string | number | Html | Html[] | undefined

/** A template whose values are escaped, unless they are HTML of another template; undefined leaves nothing. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return { html: parts.map((part, i) => part + toHtml(values[i])).join('') }
}

function toHtml(value: Value): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((each) => each.html).join('')
  return typeof value === 'object' ? value.html : escapeHtml(String(value))
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
