import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { programOnPath } from '../../../../../scripts/testing/programs.ts';
import { alsoAsNobody } from '../../../../../tests/support/as-nobody.ts';
import { temporaryFolder } from '../../../../../tests/support/temporary-folder.ts';
import { whyNoPidNamespaces } from '../../../../network/netns/feasibility.ts';
import { machineRun } from './machine-run.ts';
import type { RunStep } from './run-step.ts';

const options = { skip: (await whyNoPidNamespaces()) ?? false };

/** A RUN line over the files `app/old` and `bin/tool`. */
function stepOf(t: TestContext, script: string, more: Partial<RunStep> = {}) {
  const files = path.join(temporaryFolder(t), 'files');
  for (const name of ['app', 'bin']) mkdirSync(path.join(files, name), { recursive: true });
  writeFileSync(path.join(files, 'app/old'), 'old');
  writeFileSync(path.join(files, 'bin/tool'), '#!/bin/sh\necho tool\n');
  chmodSync(path.join(files, 'bin/tool'), 0o755);
  const said: string[] = [];
  const step: RunStep = {
    ...{ argv: ['/bin/sh', '-c', script], env: {}, workingDir: '/app', user: '', base: 'python' },
    ...{ files, said: (line) => void said.push(line), ...more },
  };
  return { step, said, files };
}

test(
  'what a RUN line makes, changes and removes is so in the image, and nowhere else',
  options,
  async (t) => {
    const name = `made-${process.pid}`;
    const { step, said, files } = stepOf(
      t,
      `tool; python -c 'print("py")'; pwd >&2; mv old new; mkdir -p sub; mkfifo pipe; echo $A > /usr/local/bin/${name}; rm /usr/bin/env`,
      { env: { A: 'a' } },
    );
    assert.equal(await machineRun(step), 0);
    assert.deepEqual(said.sort(), ['/app', 'py', 'tool']);
    assert.deepEqual(readdirSync(path.join(files, 'app')).sort(), ['new', 'sub']);
    assert.equal(readFileSync(path.join(files, 'usr/local/bin', name), 'utf8'), 'a\n');
    assert.ok(
      existsSync(path.join(files, 'usr/bin/tool')),
      'where the machine has a link, its folder has the file',
    );
    assert.deepEqual(readdirSync(files).sort(), ['app', 'usr']);
    assert.deepEqual(readdirSync(path.join(files, 'usr')).sort(), ['bin', 'local']);
    assert.ok(existsSync('/usr/bin/env'));
    assert.ok(!existsSync(path.join('/usr/local/bin', name)));
    assert.deepEqual(readdirSync(path.dirname(files)), ['files', 'machine']);
    assert.equal(await machineRun({ ...step, argv: ['/bin/sh', '-c', 'test -e new && test ! -e old'] }), 0);
  },
);

test("the exit code is the program's, and what it leaves running ends", options, async (t) => {
  const { step, files } = stepOf(t, 'sleep 1000 & echo > begun; exit 3');
  assert.equal(await machineRun(step), 3);
  assert.ok(existsSync(path.join(files, 'app/begun')));
  assert.equal(await machineRun({ ...step, argv: ['/bin/sh', '-c', 'kill -9 $$'] }), 137);
  await assert.rejects(machineRun({ ...step, argv: ['/no/such'] }), /there is no "\/no\/such" in the image/);
});

test('an interrupted RUN line ends at once', options, async (t) => {
  const interruption = new AbortController();
  const said = () => interruption.abort(new Error('interrupted'));
  const { step, files } = stepOf(t, 'echo begun; sleep 1000', { said });
  await assert.rejects(machineRun(step, interruption.signal), /interrupted/);
  assert.ok(!existsSync(`${files}.run`));
});

test('in a root that was loaded there is nothing of the machine', options, async (t) => {
  const { step, said, files } = stepOf(t, '', { base: 'own' });
  copyFileSync(String(programOnPath('busybox')), path.join(files, 'bin/busybox'));
  const argv = ['/bin/busybox', 'sh', '-c', '/bin/busybox rm -r old; /bin/busybox ls /; echo > new'];
  assert.equal(await machineRun({ ...step, argv }), 0);
  assert.deepEqual(said, ['app', 'bin', 'dev', 'etc', 'proc', 'sys', 'tmp']);
  assert.deepEqual(readdirSync(files).sort(), ['app', 'bin']);
  assert.deepEqual(readdirSync(path.join(files, 'app')), ['new']);
});

test('the state of the machine is not there', options, async (t) => {
  const { step, said } = stepOf(
    t,
    `ls ${import.meta.dirname} ${process.env.HOME}/.ssh /var/lib/dpkg 2>/dev/null; ls /home`,
  );
  await machineRun(step);
  assert.deepEqual(said, []);
});

alsoAsNobody(import.meta.url);
