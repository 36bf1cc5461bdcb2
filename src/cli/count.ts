// A number on the command line.

import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 1 to `max`; what it throws names `what` there can be so many of. */
export function countOf(what: string, max: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (Number.isInteger(count) && count >= 1 && count <= max) return count;
    throw new InvalidArgumentError(`there can be 1 to ${max} ${what}.`);
  };
}
