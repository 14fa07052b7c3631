/**
 * `/embed.js`: puts the list of events behind its own script element, as high as the list is. It believes only the frame that it has made.
 * Plain text, because it runs on pages of others and is not built.
 */
export const EMBED_SCRIPT = `(() => {
  const script = document.currentScript
  const { origin } = new URL(script.src)
  const { facilitator, type, theme, title } = script.dataset
  const query = new URLSearchParams()
  if (facilitator) query.set('facilitator_id', facilitator)
  if (type) query.set('type', type)
  if (theme) query.set('theme', theme)
  const frame = document.createElement('iframe')
  frame.src = origin + '/embed/events?' + query
  frame.title = title || 'Events'
  frame.loading = 'lazy'
  frame.style.cssText = 'display:block;border:0;width:100%;height:24rem'
  addEventListener('message', ({ origin: sender, source, data }) => {
    if (sender !== origin || source !== frame.contentWindow) return
    const height = data && data.stillpointHeight
    if (height > 0 && height < 50000) frame.style.height = Math.ceil(height) + 'px'
  })
  script.after(frame)
})()
`

/** In the frame. The height is no secret, and only EMBED_ORIGINS can be around it. */
export const HEIGHT_SCRIPT = `
const tell = () => parent.postMessage({ stillpointHeight: document.documentElement.offsetHeight }, '*')
new ResizeObserver(tell).observe(document.documentElement)
tell()
`
