// How much memory a process has, as the kernel counts it (Linux).

import { readFileSync } from 'node:fs';

/** In MiB. */
export interface ProcessMemory {
  /** Pages in memory, those shared with others included. */
  readonly resident: number;
  /** Shared pages count by the share. */
  readonly proportional: number;
  /** The most that was ever resident. */
  readonly peak: number;
}

/** Throws when there is no such process, or it is another user's. */
export function processMemory(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    resident: mebibytes(rollup, 'Rss'),
    proportional: mebibytes(rollup, 'Pss'),
    peak: mebibytes(status, 'VmHWM'),
  };
}

function mebibytes(text: string, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (kibibytes === undefined) throw new Error(`the kernel does not say ${field}`);
  return Number(kibibytes) / 1024;
}
