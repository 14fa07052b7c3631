/** Moves the focus to the heading of the page, so that screen readers announce it and the keyboard goes on from there. */
export function focusHeading(): void {
  const target = document.querySelector<HTMLElement>('main h1') ?? document.getElementById('main')
  target?.setAttribute('tabindex', '-1')
  target?.focus({ preventScroll: true })
}
