// Finds out what a cluster can stand on in this machine, and builds it.

import type { ClusterDir } from '../../machinery/cluster-dir.ts';
import { LoopbackPremises } from './loopback-premises.ts';
import type { NetworkChoice } from './networks.ts';
import type { Premises, PremisesOptions } from './premises.ts';

export interface OpenedPremises {
  readonly premises: Premises;
  /** Why the nodes have no networks of their own although that was wanted, in one line that says what to do. */
  readonly whyNot?: string;
  /** Why they are not even isolated from this machine's processes and files, where that is another reason. */
  readonly whyPlain?: string;
}

/** Rejects with such a line when networks of their own were asked for by name. */
export async function openPremises(
  dir: ClusterDir,
  choice: NetworkChoice,
  options: PremisesOptions,
): Promise<OpenedPremises> {
  if (choice === 'loopback') return openLoopback(dir, options);
  const opened = await openNetns(options);
  if (typeof opened !== 'string') return { premises: opened };
  if (choice === 'netns') throw new Error(`nodes cannot have networks of their own here: ${opened}`);
  const { premises, whyPlain } = await openLoopback(dir, options);
  return { premises, whyNot: opened, ...(whyPlain === opened ? {} : { whyPlain }) };
}

/** Or why not. Tried and asked at the same time: where it is possible, as nearly everywhere, nobody has waited for the answer. */
async function openNetns(options: PremisesOptions): Promise<Premises | string> {
  // Loaded when they are wanted: a supervisor is small.
  const [{ whyNoNetns }, { NetnsPremises }] = await Promise.all([
    import('../../network/netns/feasibility.ts'),
    import('./netns-premises.ts'),
  ]);
  const [whyNot, opened] = await Promise.all([
    whyNoNetns(),
    NetnsPremises.open(options).catch((error: Error) => error),
  ]);
  if (opened instanceof Error) return whyNot ?? opened.message;
  if (whyNot === undefined) return opened;
  await opened.close();
  return whyNot;
}

async function openLoopback(dir: ClusterDir, { number, outward }: PremisesOptions): Promise<OpenedPremises> {
  const whyPlain = await whyNotIsolated();
  const isolated = whyPlain === undefined;
  return { premises: new LoopbackPremises({ dir, number, isolated, outward }), whyPlain };
}

/** Without namespaces everything still has to work, which is tried on machines that have them, too. */
async function whyNotIsolated(): Promise<string | undefined> {
  if (process.env.RELEVO_ISOLATION === 'none') return 'RELEVO_ISOLATION=none asks for that';
  const { whyNoPidNamespaces } = await import('../../network/netns/feasibility.ts');
  return whyNoPidNamespaces();
}
