type Read = { isPending: boolean; failureCount: number }

/** Whether a read may still answer soon. After a first failure it is tried again, but nothing waits for it any more. */
export const isAwaited = ({ isPending, failureCount }: Read): boolean => isPending && failureCount === 0
