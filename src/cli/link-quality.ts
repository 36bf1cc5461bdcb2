// How bad a link is to be, as it is typed: 50ms, 1%, 1mbit.

import { InvalidArgumentError } from 'commander';

const perMillisecond: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };
const perBit: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };

/** Milliseconds. Throws InvalidArgumentError, as all of these do. */
export function latencyOf(text: string): number {
  return quantityIn(text, perMillisecond, 'such as 50ms or 1s');
}

/** 0 to 1. */
export function lossOf(text: string): number {
  const loss = quantityIn(text, { '%': 0.01 }, 'from 0% to 100%, such as 1%');
  if (loss > 1) throw new InvalidArgumentError('it is from 0% to 100%.');
  return loss;
}

/** Bits per second. */
export function rateOf(text: string): number {
  const rate = quantityIn(text, perBit, 'such as 500kbit or 1mbit');
  if (rate === 0) throw new InvalidArgumentError('nothing would get through: use "node partition" for that.');
  return rate;
}

function quantityIn(text: string, units: Readonly<Record<string, number>>, form: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([a-z%]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (number === undefined || factor === undefined)
    throw new InvalidArgumentError(`it is a number with a unit, ${form}.`);
  return Number(number) * factor;
}
