/**
 * How often a value of `a` is larger than one of `b` (the area under the ROC curve): 0.5 when nothing tells them apart, 0 or 1 when
 * everything does.
 */
export function areaUnderCurve(a: number[], b: number[]): number {
  return mannWhitneyU(a, b) / (a.length * b.length)
}

/** Two-sided p of the Mann-Whitney U test, by its normal approximation: how likely equal distributions differ so much. */
export function mannWhitney(a: number[], b: number[]): number {
  const mean = (a.length * b.length) / 2
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12)
  return deviation === 0 ? 1 : 2 * (1 - normalCdf(Math.abs(mannWhitneyU(a, b) - mean) / deviation))
}

function mannWhitneyU(a: number[], b: number[]): number {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))]
  all.sort((x, y) => x.value - y.value)
  let rankSum = 0
  for (let i = 0; i < all.length; ) {
    let end = i
    while (end < all.length && all[end]?.value === all[i]?.value) end++
    // Equal values share the mean of their ranks.
    const rank = (i + 1 + end) / 2
    for (; i < end; i++) if (all[i]?.isA) rankSum += rank
  }
  return rankSum - (a.length * (a.length + 1)) / 2
}

/** Abramowitz and Stegun 26.2.17; the error is below 1e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  const [a, b, c, d, e] = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  return 1 - density * t * (a + t * (b + t * (c + t * (d + t * e))))
}
