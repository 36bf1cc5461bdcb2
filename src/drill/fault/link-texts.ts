// How bad a link is to be, as drills write it: `latency: 50ms`, `loss: 1%`, `rate: 1Mbit`.

import { durationMs } from '../../api/measures.ts';
import { duration, text } from '../../api/relevo/field-schemas.ts';
import type { Schema } from '../../api/schema.ts';
import type { LinkQuality } from '../../machinery/machinery.ts';
import type { Parameters } from './fault.ts';
import { textIn } from './parameters.ts';

const bits: Readonly<Record<string, number>> = { kbit: 1e3, mbit: 1e6, gbit: 1e9 };

export const linkParameters: Readonly<Record<string, Schema>> = {
  latency: duration('Added to each packet that leaves the node: 50ms.'),
  loss: text('Share of the packets that leave the node: 1%.', {
    pattern: String.raw`^(100|[1-9]?\d(\.\d+)?)%$`,
  }),
  rate: text('How much leaves the node a second at most: 500kbit, 1Mbit.', {
    pattern: String.raw`^\d+(\.\d+)?([kK]|[mM]|[gG])bit$`,
  }),
};

/** Zeros count as left out. Everything undefined: nothing was asked for. */
export function linkQualityIn(parameters: Parameters): LinkQuality {
  const latency = textIn(parameters, 'latency');
  const loss = textIn(parameters, 'loss');
  const rate = textIn(parameters, 'rate');
  return {
    latencyMs: latency === undefined ? undefined : durationMs(latency) || undefined,
    loss: loss === undefined ? undefined : Number.parseFloat(loss) / 100 || undefined,
    rateBitsPerSecond: rate === undefined ? undefined : bitsPerSecond(rate) || undefined,
  };
}

function bitsPerSecond(rate: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(rate.toLowerCase()) ?? [];
  return Number(number) * (bits[unit] ?? 0);
}
