// What a pod or a node says of its own readiness.

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The condition `Ready` is `True`; one that says nothing is not ready. */
export function isReady({ status }: WithConditions): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}
