// A supervised process for tests: ready at once, unless its configuration wants something else.

import { existsSync } from 'node:fs';
import { aborted } from '../../src/base/aborted.ts';
import { runSupervised } from '../../src/machinery/supervised.ts';

export interface ExampleConfig {
  /** Fails, saying this, instead of being ready; with `failOnlyIf` only while that file exists. */
  fail?: string;
  failOnlyIf?: string;
  /** Dies without a word. */
  crash?: boolean;
  /** Hears SIGTERM, and stays. */
  stubborn?: boolean;
  /** Written to stdout when it is ready, and when it has been told to end. */
  words?: string;
}

runSupervised<ExampleConfig>(async (config, { name, signal, ready, onQuestion }) => {
  if (config.crash) process.exit(7);
  const failing = config.failOnlyIf === undefined || existsSync(config.failOnlyIf);
  if (config.fail !== undefined && failing) throw new Error(config.fail);
  if (config.words) console.log(`${config.words} begins`);
  const forever = setInterval(() => {}, 60_000);
  onQuestion((question) => {
    if (question === 'impossible') throw new Error('it cannot\n  be done');
    if (question === 'forever') return new Promise(() => {});
    return `${question}, says ${name}`;
  });
  ready({ name, pid: process.pid });
  await aborted(signal);
  if (config.stubborn) await new Promise(() => {});
  if (config.words) console.log(`${config.words} ends`);
  clearInterval(forever);
});
