import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillRefused } from '../drill/run/drill-refused.ts';
import { ToldError, told } from '../drill/told.ts';
import { commandLine, inLanguage, runCommand } from './drill-run.ts';
import { exitCodeOf } from './errors.ts';

test('how to repeat a drill is a line for a shell, with the flags that matter', () => {
  const self = runCommand();
  assert.equal(commandLine(self, 'node-lost', {}), 'relevo drill run node-lost');
  self.setOptionValue('name', 'blue');
  assert.equal(
    commandLine(self, 'my drills/a node.yml', { kubeconfig: "/home/ana's/config", repeats: 3 }),
    `relevo drill run 'my drills/a node.yml' --name blue --kubeconfig '/home/ana'\\''s/config' --repeats 3`,
  );
});

test('what keeps a drill from being started, or went wrong in it, is told in the language of the command', () => {
  const what = told('the target does not answer', 'el objetivo no responde');
  for (const [error, code] of [
    [new DrillRefused(what), 2],
    [new ToldError(what), 1],
  ] as const) {
    const shown = inLanguage(error, 'es');
    assert.ok(shown instanceof Error);
    assert.deepEqual([shown.message, exitCodeOf(shown), shown.cause], [what.es, code, error]);
    assert.equal((inLanguage(error, 'en') as Error).message, what.en);
  }
  const other = new Error('something else');
  assert.equal(inLanguage(other, 'es'), other);
});
