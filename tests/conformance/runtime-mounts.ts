// The part of the runtimes' suite about mounts. A program looks at them, so a runtime without exec has only the part that needs none.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { isDisplacing, type Mount, type RuntimeContainer } from '../../src/runtime/runtime.ts';
import { deviates, type RunningRuntime, type WithRuntime } from './runtime-subject.ts';

/** A folder of the machine with `file` in it, and a container that mounts it. */
interface Mounting {
  opened: RunningRuntime;
  folder: string;
  mount(...mounts: Mount[]): Promise<RuntimeContainer>;
  /** What the shell says in the container; `$R` stands before absolute paths. Undefined where nothing can be run. */
  shell(container: RuntimeContainer, script: string): Promise<string | undefined>;
}

export function runtimeMounts(withRuntime: WithRuntime): void {
  const withMounts = (run: (mounting: Mounting) => Promise<void>) =>
    withRuntime(async (opened) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'relevo-mounts-'));
      writeFileSync(path.join(folder, 'file'), 'old');
      try {
        await run(mounting(opened, folder));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

  test(
    'a mounted folder or file is at its target, and what changes in it is seen',
    withMounts(async ({ folder, mount, shell }) => {
      const container = await mount(
        { source: folder, target: '/mnt/deep/er', readOnly: true },
        { source: path.join(folder, 'file'), target: '/mnt/one.txt', readOnly: true },
      );
      const look = () => shell(container, 'cat $R/mnt/deep/er/file $R/mnt/one.txt');
      const before = await look();
      if (before === undefined) return;
      assert.equal(before, 'oldold');
      // As atomic updates come: another file takes the name. A mounted file stays the one that it was.
      writeFileSync(path.join(folder, 'draft'), 'new');
      renameSync(path.join(folder, 'draft'), path.join(folder, 'file'));
      assert.match((await look()) ?? '', /^new/);
    }),
  );

  test(
    'what a container writes in a mount is written in its source',
    withMounts(async ({ folder, mount, shell }) => {
      const container = await mount({ source: folder, target: '/data', readOnly: false });
      const said = await shell(container, 'echo mine > $R/data/made && echo done');
      if (said === undefined) return;
      assert.equal(said, 'done\n');
      assert.equal(readFileSync(path.join(folder, 'made'), 'utf8'), 'mine\n');
    }),
  );

  test(
    'nothing can be written in a mount that is for reading',
    withMounts(async ({ opened, folder, mount, shell }) => {
      const container = await mount({ source: folder, target: '/data', readOnly: true });
      const said = await shell(
        container,
        '(echo x > $R/data/made) 2>/dev/null && echo written || echo refused',
      );
      if (said === undefined) return;
      assert.equal(said, deviates(opened, 'writable mounts') ? 'written\n' : 'refused\n');
    }),
  );

  test(
    'a mount may lie in another one, whichever is named first',
    withMounts(async ({ folder, mount, shell }) => {
      const outer = path.join(folder, 'outer');
      mkdirSync(outer);
      const inner = { source: path.join(folder, 'file'), target: '/data/conf/file', readOnly: true };
      const container = await mount(inner, { source: outer, target: '/data', readOnly: false });
      const said = await shell(container, 'cat $R/data/conf/file; touch $R/data/own');
      if (said === undefined) return;
      assert.equal(said, 'old');
      assert.ok(readFileSync(path.join(outer, 'own')));
    }),
  );

  test(
    'what was mounted stays when the pod is removed',
    withMounts(async ({ opened, folder, mount }) => {
      const { podUid } = await mount({ source: folder, target: '/data', readOnly: false });
      await opened.runtime.removePod(podUid);
      assert.equal(readFileSync(path.join(folder, 'file'), 'utf8'), 'old');
    }),
  );
}

function mounting(opened: RunningRuntime, folder: string): Mounting {
  const { runtime } = opened;
  return {
    opened,
    folder,
    mount: (...mounts) => opened.start(opened, 'runs', { mounts }),
    async shell({ id }, script) {
      if (deviates(opened, 'no exec')) return undefined;
      const root = isDisplacing(runtime) ? `R=$${runtime.rootVariable};` : 'R=;';
      const session = await runtime.exec(id, { command: ['sh', '-c', `${root} ${script}`] });
      const [said] = await Promise.all([text(session.stdout), session.stderr && text(session.stderr)]);
      await session.exited;
      await session.close();
      return said;
    },
  };
}
