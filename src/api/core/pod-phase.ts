// Where a pod is in its life.

interface WithPhase {
  readonly status?: { readonly phase?: string };
}

/** For good, Succeeded or Failed: nothing of it runs any more, and it holds nothing of its node. */
export function hasEnded({ status }: WithPhase): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
