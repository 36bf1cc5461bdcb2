// Runs seeded mistakes on a cluster of their own, each once, or 20 times with --soak (RELEVO_ROUNDS from 50 on), and looks at their verdicts.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { RelevoHome } from '../relevo.ts';
import { type Mistake, mistakeFile } from './mistakes.ts';

const times = Number(process.env.RELEVO_ROUNDS ?? 5) >= 50 ? 20 : 1;
const exitCodes = { pass: 0, fail: 1, inconclusive: 3 } as const;
/** What a machine that has other things to do makes of any drill; that it is told is right. */
const tooBusy = /the generator was saturated|the steady state was never reached/;

interface Told {
  readonly verdict: keyof typeof exitCodes;
  readonly reasons: readonly string[];
  readonly runs: readonly { readonly accounting: { readonly remainder: number } }[];
}

export function mistakeRounds(title: string, mistakes: readonly Mistake[]): void {
  suite(`${title} (${times} each)`, () => {
    const home = new RelevoHome();

    before(async () => {
      const { code, stderr } = await home.run('up', '--detach', '--nodes', '3');
      assert.equal(code, 0, stderr);
    });

    after(async () => {
      await home.run('delete');
      home.remove();
    });

    for (const mistake of mistakes) {
      test(`${mistake.name}: ${mistake.verdict}`, async () => {
        for (let round = 1; round <= times; round++) await carryOut(home, mistake, round);
      });
    }
  });
}

async function carryOut(home: RelevoHome, { name, verdict, reason }: Mistake, round: number): Promise<void> {
  const out = path.join(home.path, 'reports', `${name}-${round}`);
  const { code, stdout, stderr } = await home.run(
    'drill',
    'run',
    mistakeFile(name),
    '--out',
    out,
    '-o',
    'json',
  );
  assert.match(stdout, /^\{/, stderr);
  const told: Told = JSON.parse(stdout);
  const why = told.reasons.join('\n');
  for (const { accounting } of told.runs) assert.equal(accounting.remainder, 0);
  assert.equal(code, exitCodes[told.verdict]);
  if (told.verdict === 'inconclusive' && tooBusy.test(why)) return;
  assert.equal(told.verdict, verdict, why);
  if (reason) assert.match(why, reason);
}
