import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alsoAsNobody } from '../../../tests/support/as-nobody.ts';
import { holdNamespaces } from '../../base/namespaces/namespace-holder.ts';
import { runProgram } from '../../base/run-program.ts';
import { whyNoNetns, whyNoPidNamespaces } from './feasibility.ts';

const user = process.getuid?.() !== 0;
const options = { skip: (await whyNoPidNamespaces()) ?? false };

/** What it says where `words` are put before the program. */
function asked(words: readonly string[]): Promise<string> {
  const script = `import { whyNoNetns } from '${new URL('./feasibility.ts', import.meta.url)}';
    console.log(await whyNoNetns());`;
  return runProgram([...words, process.execPath, '--input-type=module', '--eval', script]);
}

test('a machine that lets nodes have networks also lets them have PIDs', async () => {
  if ((await whyNoNetns()) === undefined) assert.equal(await whyNoPidNamespaces(), undefined);
});

test(
  'who may not have user namespaces is told which setting forbids it, and what allows it',
  options,
  async () => {
    // In a user namespace that maps nobody, everybody is somebody who is not root.
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const said = await asked(['unshare', '--user', '--keep-caps', 'sh', '-c', forbid, 'forbid']);
    assert.match(said, /^user namespaces are forbidden here \(user\.max_user_namespaces=0\): allow them/);
  },
);

test('root without the right to it is told so', options, async (t) => {
  const holder = await holdNamespaces({ user });
  t.after(() => holder.kill());
  const said = await asked([
    ...holder.enter,
    'setpriv',
    '--bounding-set',
    '-sys_admin',
    '--inh-caps',
    '-all',
  ]);
  assert.match(
    said,
    /^namespaces cannot be made: .*not permitted.*: in a container, start it with more rights/,
  );
});

test('a program that is missing is named, with what to install', options, async (t) => {
  const places = '/usr/sbin/ip /sbin/ip /usr/bin/ip /bin/ip';
  const setUp = `for each in ${places}; do [ ! -e $each ] || mount --bind /dev/null $each; done`;
  const holder = await holdNamespaces({ user, setUp });
  t.after(() => holder.kill());
  assert.match(
    await asked(holder.enter),
    /^the program "ip" is missing: install it \("apt install iproute2"\)/,
  );
});

alsoAsNobody(import.meta.url);
