// What owners of policies that are not followed hear of: the condition alone is seen by those who look for it. Pure.

import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import type { Note } from '../note.ts';
import type { Decision } from './policies.ts';

/** `policiesOf` gives those that name a Service, by its key. */
export function policyNotes(
  decisions: ReadonlyMap<string, Decision>,
  policiesOf: (serviceKey: string) => readonly BackendPolicy[],
): Note[] {
  return [...decisions].flatMap(([key, { verdicts }]) =>
    policiesOf(key).flatMap((about) =>
      (verdicts.get(about.metadata.uid) ?? [])
        .filter(({ type, status }) => type === 'Accepted' && status === 'False')
        .map(({ reason, message }) => ({ about, reason, message })),
    ),
  );
}
