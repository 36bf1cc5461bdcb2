// Who came, who went: the generator's samples joined with the balancers' records by their ids into a matrix, and both with the balancer's
// own bins. Pure.

import type { EpochBins } from '../timeline/bin-ledger.ts';
import { type Told, told } from '../told.ts';
import { type Accounting, type Cell, noRecords, type SampleOutcome, sampleOutcomes } from './accounting.ts';
import type { Attribution } from './attribute.ts';
import { checkBins } from './bins-check.ts';
import { cellName, recordOutcomeOf } from './cell-name.ts';
import { epochLosses } from './epoch-losses.ts';
import type { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';

export interface ReconcileOptions {
  readonly samples: SampleStore;
  /** Undefined: they cannot be had, and `why` says why. */
  readonly records?: RecordStore;
  readonly why?: Told;
  readonly service?: { readonly namespace: string; readonly name: string };
  /** The balancer's bins, by epochs; undefined: they cannot be had. */
  readonly epochs?: readonly EpochBins[];
  readonly attribution: Attribution;
  /** How many requests the generator counted as sent, apart from its samples; undefined: as many as there are samples. */
  readonly sent?: number;
}

export function reconcile(options: ReconcileOptions): Accounting {
  const { samples, attribution, epochs, records, service } = options;
  const bySample = countSamples(samples);
  const sent = options.sent ?? samples.size;
  const remainder = sent - sampleOutcomes.reduce((sum, outcome) => sum + bySample[outcome], 0);
  const { causes, unattributed } = attribution;
  const shared = { sent, bySample, remainder, causes, unattributed };
  const why = options.why ?? whyNot(options);
  if (!records || why !== undefined) return { ...shared, why: why ?? noRecords, unexplained: 0 };
  const matrix = matrixOf(samples, records, epochs ?? []);
  const unexplained = matrix
    .filter(({ name }) => name === 'unexplained')
    .reduce((sum, { count }) => sum + count, 0);
  const checked = epochs && service ? checkBins({ samples, records, epochs, service }) : {};
  return { ...shared, matrix, unexplained, ...checked };
}

/** Records that are there, but of something else. */
function whyNot({ samples, records }: ReconcileOptions): Told | undefined {
  if (!records || countSamples(samples).ok === 0) return undefined;
  for (let row = 0; row < records.size; row++) if (records.isOwn(row)) return undefined;
  return byConnection;
}

const byConnection = told(
  'the access log has none of these requests: the Service is balanced by connection (name its port http, or set appProtocol: http)',
  'el registro de accesos no tiene ninguna de estas peticiones: el Service se reparte por conexiones (llama http a su puerto, o pon appProtocol: http)',
);

function countSamples(samples: SampleStore): Record<SampleOutcome, number> {
  const counts: Record<SampleOutcome, number> = { ok: 0, failed: 0, shed: 0, sorry: 0, inFlight: 0 };
  for (let index = 0; index < samples.size; index++) counts[samples.outcome(index)]++;
  return counts;
}

/** By the order of outcomes; cells without a request are left out. */
function matrixOf(samples: SampleStore, records: RecordStore, epochs: readonly EpochBins[]): Cell[] {
  const options = { samples, records, losses: epochLosses(epochs) };
  const cells = new Map<string, Cell>();
  const counts = new Map<string, number>();
  for (let index = 0; index < samples.size; index++) {
    const sample = samples.outcome(index);
    const record = recordOutcomeOf(options, index);
    const name = cellName(options, index, record);
    const key = `${sample}|${record}|${name}`;
    if (!cells.has(key))
      cells.set(key, { sample, record, count: 0, ...(name === undefined ? {} : { name }) });
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const place = ({ sample }: Cell) => sampleOutcomes.indexOf(sample);
  const list = [...cells].map(([key, cell]): Cell => ({ ...cell, count: counts.get(key) ?? 0 }));
  return list.sort((a, b) => place(a) - place(b) || b.count - a.count);
}
