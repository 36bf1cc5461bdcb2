import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { canOwn, nodeOwners, runInNamespaces } from '../../../../tests/support/node-namespaces.ts';

for (const owner of nodeOwners) {
  test(`pods with namespaces keep what runtimes promise, on a node of ${owner}`, {
    skip: !canOwn(owner),
  }, async () => {
    const files = ['isolated-conformance.ts', 'isolated-scenarios.ts'].map((name) =>
      fileURLToPath(new URL(`../../../../tests/inside/${name}`, import.meta.url)),
    );
    const [code, said] = await runInNamespaces(owner, [process.execPath, '--test', ...files]);
    assert.equal(code, 0, said);
  });
}
