// Many drills in one go: one table, the evidence of each, and the questions that such systems are marked by. A drill of one's own and one of the
// catalogue, which RELEVO_SEED chooses; with --soak (RELEVO_ROUNDS from 50 on) the whole catalogue, and then every drill of it passes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { seededRandom } from '../../src/base/seeded-random.ts';
import { catalogueNames } from '../../src/drill/catalogue.ts';
import { RealCluster } from '../support/real-cluster.ts';

const isWhole = Number(process.env.RELEVO_ROUNDS ?? 5) >= 50;
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);
const exitCodes = { pass: 0, fail: 1, inconclusive: 3 } as const;
const notPossible = 'not possible here';

interface Told {
  readonly drills: readonly {
    readonly drill: string;
    readonly verdict: keyof typeof exitCodes | typeof notPossible;
    readonly reasons: readonly string[];
  }[];
  readonly questions: readonly {
    readonly id: string;
    readonly group: string;
    readonly answer: string;
    readonly evidence: string;
  }[];
}

/** What a cluster on one machine has, and what any drill with the shop shows. */
const yes = [
  ...['images-fetched', 'placed-in-namespace', 'placed-on-worker'],
  ...['administration-page', 'administration-after-fall'],
];

suite(`many drills in one go (RELEVO_SEED=${seed})`, () => {
  const cluster = new RealCluster();
  const out = path.join(cluster.home.path, 'out');

  before(() => cluster.up('--nodes', '4'));
  after(() => cluster.delete());

  test('end in one table, with what each has shown and the answers to the questions', async (t) => {
    const what = isWhole ? ['--all'] : [ownDrill(cluster.home.path), oneOfTheCatalogue()];
    const run = [...what, '--evaluation', '--out', out, '--lang', 'es', '-o', 'json'];
    const { code, stdout, stderr } = await cluster.home.run('drill', 'run', ...run);
    assert.match(stdout, /^\{/, stderr);
    const { drills, questions }: Told = JSON.parse(stdout);
    assert.deepEqual(drills.map(({ drill }) => drill).sort(), isWhole ? catalogueNames() : namesOf(what));
    for (const { drill, verdict, reasons } of drills) {
      t.diagnostic(`${drill}: ${verdict}${reasons.map((reason) => `; ${reason}`).join('')}`);
      if (isWhole) assert.ok(['pass', notPossible].includes(verdict), `${drill}: ${reasons.join('; ')}`);
      if (verdict !== notPossible) assertEvidence(path.join(out, drill), verdict);
    }
    assert.equal(code, exitCodes[worst(drills)], stderr);
    assert.deepEqual(
      ['nine', 'classic'].map((group) => questions.filter((question) => question.group === group).length),
      [9, 5],
    );
    const answered = (id: string) => questions.find((question) => question.id === id);
    for (const id of yes) assert.equal(answered(id)?.answer, 'yes', answered(id)?.evidence);
    const page = readFileSync(path.join(out, 'all.html'), 'utf8');
    assert.match(page, /Informe de disponibilidad/);
    assert.match(page, /¿Se ve la página de administración\?/);
  });
});

/** One that says little, and soon. */
function ownDrill(folder: string): string {
  const file = path.join(folder, 'of-my-own.yml');
  const shop = path.resolve(import.meta.dirname, '../../examples/drills/application/shop.yml');
  const lines = [
    `application: [${shop}]`,
    'target: { service: shop, namespace: relevo-drills }',
    'load: { rate: 40/s }',
    'steady: { p99: <3s, for: 1s }',
    'calm: 4s',
    'expect: { availability: ">=99%" }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function oneOfTheCatalogue(): string {
  const names = catalogueNames();
  const chosen = names[Math.floor(seededRandom(String(seed))() * names.length)];
  assert.ok(chosen);
  return chosen;
}

function namesOf(files: readonly string[]): string[] {
  return files.map((file) => path.basename(file, '.yml')).sort();
}

function worst(drills: Told['drills']): keyof typeof exitCodes {
  const verdict = (['fail', 'inconclusive'] as const).find((one) =>
    drills.some((drill) => drill.verdict === one),
  );
  return verdict ?? 'pass';
}

function assertEvidence(folder: string, verdict: string): void {
  const result = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8'));
  assert.equal(result.verdict, verdict);
  for (const { accounting, remains } of result.runs) {
    assert.equal(accounting.remainder, 0);
    assert.deepEqual(remains, []);
  }
  for (const file of ['report.html', 'junit.xml']) assert.ok(existsSync(path.join(folder, file)));
}
