/** One promise of the product and the experiment that could refute it. */
export type Proof = {
  /** What it is called on the command line. */
  name: string
  /** Its row in docs/reliability.md. */
  row: string
  claim: string
  run(context: ProofContext): Promise<Verdict>
}

export type ProofContext = {
  /** The short form, part of `npm test`. */
  quick: boolean
  seconds?: number
  rounds?: number
  /** Everything random follows from it. */
  seed: number
  log(line: string): void
}

/** `figure` is what was measured, in a form that can stand in a table; parts that are false are left out. */
export type Verdict = { ok: boolean; figure: string | (string | false)[] }

export const figureOf = ({ figure }: Verdict): string => [figure].flat().filter(Boolean).join('; ')
