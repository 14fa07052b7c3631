/** Why something failed, and everything that failed for this reason. */
export type Trouble = { message: string; titles: string[] }

const TROUBLES_MAX = 3

/** The troubles that are shown after one more, the newest last. A reason is said once, and each title once with it. */
export function withTrouble<T extends Trouble>(
  shown: T[],
  { message, title }: { message: string; title: string },
): { kept: T[]; titles: string[] } {
  const same = shown.find((each) => each.message === message)
  return {
    kept: shown.filter((each) => each !== same).slice(1 - TROUBLES_MAX),
    titles: [...(same?.titles ?? []).filter((each) => each !== title), title],
  }
}
