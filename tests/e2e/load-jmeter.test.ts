// The same plan, the same server, JMeter and Relevo one after the other: what comes out has to be the same.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readPlanFile } from '../../src/load/plan/read-plan-file.ts';
import { startLoadRun } from '../../src/load/run/start-load-run.ts';
import { JMeter, type JtlRow, jtlRows } from '../support/load/jmeter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const plans = fileURLToPath(new URL('../support/load/jmx/', import.meta.url));

suite('JMeter and Relevo say the same', () => {
  let server: Server;
  let port: string;
  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.setHeader('X-Asked', String(request.method));
      response.statusCode = /^\/missing/.test(request.url ?? '') ? 404 : 200;
      response.end(`you asked for ${request.url}; token="t-${(request.url ?? '').length}"\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = String((server.address() as AddressInfo).port);
  });
  after(() => server.close());

  for (const name of ['every-controller-2.13.jmx']) {
    test(`${name}: as many samples of each label, as many of them good, with the same codes`, async (t) => {
      const folder = temporaryFolder(t);
      const plan = path.join(plans, name);
      const theirs = await new JMeter(folder).run(plan, { port });
      const ours = jtlRows(path.join(await runHere(plan, path.join(folder, 'ours')), 'results.jtl'));
      assert.ok(theirs.length > 10, `JMeter had ${theirs.length} samples`);
      assert.deepEqual(countedOf(ours), countedOf(theirs));
    });
  }

  test('JMeter opens our results', async (t) => {
    const folder = temporaryFolder(t);
    const out = await runHere(path.join(plans, 'every-controller-2.13.jmx'), path.join(folder, 'ours'));
    const file = path.join(out, 'results.jtl');
    const rows = jtlRows(file);
    const shown = await new JMeter(folder).open(file);
    assert.deepEqual(
      shown,
      rows.map((row) =>
        ['label', 'success', 'responseCode', 'elapsed', 'timeStamp', 'threadName', 'bytes', 'Latency'].map(
          (column) => row[column] ?? '',
        ),
      ),
    );
  });

  async function runHere(file: string, folder: string): Promise<string> {
    const { plan, unsupported } = readPlanFile(file, { port });
    assert.deepEqual(unsupported, []);
    await (await startLoadRun({ plan, folder })).finished;
    return folder;
  }
});

/** By label, success and code, how many. */
function countedOf(rows: readonly JtlRow[]): Record<string, number> {
  const keys = rows.map(({ label, success, responseCode }) => `${label} ${success} ${responseCode}`).sort();
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}
