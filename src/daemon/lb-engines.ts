// Which engine is meant: the one place that names both. Only the one that is wanted is loaded.

import type { EngineName, LbEngine } from '../lb/engine.ts';
import type { LbEngineOptions } from '../lb/engine-options.ts';

/** Starts nothing yet. */
export async function engineOf(name: EngineName, options: LbEngineOptions): Promise<LbEngine> {
  if (name === 'haproxy') return new (await import('../lb/haproxy/engine.ts')).HaproxyEngine(options);
  return new (await import('../lb/embedded/engine.ts')).EmbeddedEngine(options);
}

/** Why it cannot run on this machine, in one line that says what to do; undefined: it can. */
export async function engineProblem(name: EngineName): Promise<string | undefined> {
  if (name !== 'haproxy') return undefined;
  const { findHaproxy } = await import('../lb/haproxy/binary.ts');
  return findHaproxy().then(
    () => undefined,
    (error: Error) => error.message,
  );
}
