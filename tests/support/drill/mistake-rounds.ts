// Runs seeded mistakes on a cluster of their own, each once, or 20 times with --soak (RELEVO_ROUNDS from 50 on), and looks at their verdicts.
// A drill that a busy machine made inconclusive says so, rightly, and decides nothing: it is told and taken again, so often at most.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { RelevoHome } from '../relevo.ts';
import { type Mistake, mistakeFile } from './mistakes.ts';

const times = Number(process.env.RELEVO_ROUNDS ?? 5) >= 50 ? 20 : 1;
const mostBusy = 5;
const exitCodes = { pass: 0, fail: 1, inconclusive: 3 } as const;
/** What a machine that has other things to do makes of any drill. */
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
      test(`${mistake.name}: ${mistake.verdict}`, async (t) => {
        let busy = 0;
        for (let round = 1; round <= times + busy; round++) {
          const told = await carryOut(home, mistake.name, round);
          if (!isAsExpected(told, mistake)) busy++;
          assert.ok(busy <= mostBusy, `${busy} of ${round}: ${told.reasons.join('; ')}`);
        }
        t.diagnostic(`${times} of ${times + busy} were decided, all as expected; busy machine: ${busy}`);
      });
    }
  });
}

/** False: the machine was too busy to say. Throws what is wrong. */
function isAsExpected({ verdict, reasons }: Told, mistake: Mistake): boolean {
  const why = reasons.join('\n');
  const isIt = verdict === mistake.verdict && (mistake.reason?.test(why) ?? true);
  if (!isIt && verdict === 'inconclusive' && tooBusy.test(why)) return false;
  assert.equal(verdict, mistake.verdict, why);
  if (mistake.reason) assert.match(why, mistake.reason);
  return true;
}

async function carryOut(home: RelevoHome, name: string, round: number): Promise<Told> {
  const out = path.join(home.path, 'reports', `${name}-${round}`);
  const told = await home.run('drill', 'run', mistakeFile(name), '--out', out, '-o', 'json');
  assert.match(told.stdout, /^\{/, told.stderr);
  const result: Told = JSON.parse(told.stdout);
  for (const { accounting } of result.runs) assert.equal(accounting.remainder, 0);
  assert.equal(told.code, exitCodes[result.verdict]);
  return result;
}
