import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine, runCommand } from './drill-run.ts';

test('how to repeat a drill is a line for a shell, with the flags that matter', () => {
  const self = runCommand();
  assert.equal(commandLine(self, 'node-lost', {}), 'relevo drill run node-lost');
  self.setOptionValue('name', 'blue');
  assert.equal(
    commandLine(self, 'my drills/a node.yml', { kubeconfig: "/home/ana's/config", repeats: 3 }),
    `relevo drill run 'my drills/a node.yml' --name blue --kubeconfig '/home/ana'\\''s/config' --repeats 3`,
  );
});
