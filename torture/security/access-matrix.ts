import { examineAccess } from '#harness/attacks/access-matrix.ts'
import { thousands } from '#harness/load/figures.ts'
import type { Proof } from '../proof.ts'

export const proof: Proof = {
  name: 'access-matrix',
  row: 'S7',
  claim: 'Every actor may do at every operation, with every kind of id, what is written and nothing else.',
  async run({ log }) {
    const { cells, faults, grid } = await examineAccess()
    for (const line of [...grid.split('\n'), ...faults]) log(line)
    return { ok: faults.length === 0, figure: `${thousands(cells)} cells, ${faults.length} not as written` }
  },
}
