import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordOf, Story, service } from '../../../tests/support/drill/story.ts';
import type { EpochBins } from '../timeline/bin-ledger.ts';
import { type BinName, binNames, noBins } from '../timeline/statistics.ts';
import { type Cell, sampleOutcomes } from './accounting.ts';
import { reconcile } from './reconcile.ts';
import type { RecordLine } from './record-line.ts';

const epoch = (more: Partial<EpochBins> = {}): EpochBins => ({
  ...{ epoch: 'one', beganAt: 0, firstAt: 0, lastAt: 1e6, bins: noBins, inFlight: 0, isLost: false, ...more },
});

function reconciled(story: Story, epochs: readonly EpochBins[] = [], sent?: number) {
  const { samples, records } = story;
  const attribution = story.attribute([], epochs);
  return reconcile({
    samples,
    records,
    service,
    epochs,
    attribution,
    ...(sent === undefined ? {} : { sent }),
  });
}

const nonHttp = (name: string) => ({ success: false, code: `Non HTTP response code: ${name}`, message: '' });

const ends: readonly (readonly [string, (story: Story) => void, Cell['name'] | undefined])[] = [
  ['a good answer', (s) => s.add({}), undefined],
  [
    'an answer 404',
    (s) => s.add({ success: false, code: '404' }, { outcome: 'clientError', status: 404 }),
    undefined,
  ],
  ['a server that failed', (s) => s.fails(0, 'a'), undefined],
  ['a sorry page', (s) => s.add({ success: false, outcome: 'sorry' }, { outcome: 'sorry' }), undefined],
  [
    'a sorry page that the line cannot tell from an error',
    (s) => s.add({ success: false, outcome: 'sorry' }, { outcome: 'serverError', isSure: false }),
    undefined,
  ],
  [
    'a sorry page that the balancer denies',
    (s) => s.add({ success: false, outcome: 'sorry' }, { outcome: 'serverError' }),
    'unexplained',
  ],
  ['nobody listened', (s) => s.add(nonHttp('java.net.ConnectException'), null), 'never accepted'],
  [
    'a time-out',
    (s) => s.add(nonHttp('java.net.SocketTimeoutException'), { outcome: 'aborted' }),
    'client gave up',
  ],
  ['a time-out at the very end', (s) => s.add(nonHttp('java.net.SocketTimeoutException')), 'client gave up'],
  [
    'an assertion that failed',
    (s) => s.add({ success: false, code: '200', failure: 'no' }),
    'answer refused by a check',
  ],
  [
    'an assertion that wants 500',
    (s) => s.add({ code: '500' }, { outcome: 'serverError' }),
    'answer accepted by a check',
  ],
  ['a reset that nobody knows of', (s) => s.add(nonHttp('java.net.SocketException'), null), 'unexplained'],
  ['a good answer that nobody knows of', (s) => s.add({}, null), 'unexplained'],
  ['one that was cut', (s) => s.add({ isCut: true, success: false }, null), undefined],
  ['one that was cut and answered', (s) => s.add({ isCut: true, success: false }), 'client gave up'],
];

for (const [what, tell, name] of ends) {
  test(`the cell of ${what} is called ${name ?? 'nothing, being on the diagonal'}`, () => {
    const story = new Story();
    tell(story);
    // So that it does not look as if the log were of something else.
    story.add({});
    const { matrix = [], unexplained } = reconciled(story);
    const cell = matrix.find((one) => one.sample !== 'ok' || one.record !== 'ok');
    assert.equal(cell?.name, name);
    assert.equal(unexplained, name === 'unexplained' ? 1 : 0);
  });
}

test('what was under way when the engine died has a name, what was not has none', () => {
  const story = new Story();
  story.add({ startedAt: 1_000 }, null);
  story.add({ startedAt: 5_000 }, null);
  story.add({ startedAt: 1_000, ...nonHttp('java.net.SocketException') }, null);
  const bins = (ok: number) => ({ ...noBins, ok });
  const epochs = [
    epoch({ lastAt: 1_200, isLost: true, bins: bins(0) }),
    epoch({ epoch: 'two', beganAt: 1_400, firstAt: 1_500, bins: bins(1) }),
  ];
  story.add({ startedAt: 3_000 });
  const { matrix = [], unexplained, binsRemainder } = reconciled(story, epochs);
  const named = matrix.filter((cell) => cell.name === 'engine epoch lost');
  assert.equal(
    named.reduce((sum, { count }) => sum + count, 0),
    2,
  );
  assert.deepEqual([unexplained, binsRemainder], [1, 0]);
});

test('a sample with redirects ended as its last request did', () => {
  const story = new Story();
  const index = story.add({ code: '200' }, { status: 302 });
  const loadId = `${story.samples.loadId(index)}.1`;
  story.records.add(recordOf({ loadId, outcome: 'serverError', status: 500 }), 0);
  const { matrix } = reconciled(story);
  assert.deepEqual(matrix, [
    { sample: 'ok', record: 'serverError', count: 1, name: 'answer accepted by a check' },
  ]);
});

test('a log of connections instead of requests is no reason to call everything unexplained', () => {
  const story = new Story();
  story.add({}, null);
  const { matrix, why, unexplained } = reconciled(story);
  assert.equal(matrix, undefined);
  assert.match(why?.en ?? '', /balanced by connection/);
  assert.equal(unexplained, 0);
});

const kinds = fc.constantFrom(...ends.map(([, tell]) => tell));
const outcome = fc.constantFrom(...binNames);

test('sent is the sum of all ends, the matrix has every sample once, and bins without others are ours', () => {
  fc.assert(
    fc.property(fc.array(kinds, { minLength: 1, maxLength: 60 }), fc.array(outcome), (tells, others) => {
      const story = new Story();
      story.add({});
      for (const tell of tells) tell(story);
      for (const one of others) story.records.add(recordOf({ outcome: one, endedAt: 5e5 }), 0);
      const bins: Record<BinName, number> = { ...noBins };
      for (let row = 0; row < story.records.size; row++) bins[story.records.outcome(row) as BinName]++;
      const {
        sent,
        bySample,
        remainder,
        matrix = [],
        binsRemainder,
        ...rest
      } = reconciled(story, [epoch({ bins })]);
      assert.equal(sent, tells.length + 1);
      assert.equal(remainder, 0);
      assert.equal(
        sampleOutcomes.reduce((sum, name) => sum + bySample[name], 0),
        sent,
      );
      assert.equal(
        matrix.reduce((sum, { count }) => sum + count, 0),
        sent,
      );
      assert.equal(binsRemainder, 0);
      const ours = Object.values(rest.bins ?? {}).reduce((sum, count) => sum + count, 0);
      assert.equal(ours, story.records.size - others.length);
    }),
  );
});

test('one request more in the bins, or one less, is a remainder; one sent and never told too', () => {
  const story = new Story();
  for (let count = 0; count < 10; count++) story.add({ startedAt: 5_000 });
  for (const ok of [9, 11])
    assert.equal(reconciled(story, [epoch({ bins: { ...noBins, ok } })]).binsRemainder, 1);
  const bins = { ...noBins, ok: 9, aborted: 1 };
  assert.equal(reconciled(story, [epoch({ bins })]).binsRemainder, 2);
  assert.equal(reconciled(story, [], 11).remainder, 1);
});

test('records of other Services are not ours to count', () => {
  const story = new Story();
  story.add({ startedAt: 5_000 });
  const stranger: Partial<RecordLine> = { backend: 'default/web2:http' };
  story.records.add(recordOf(stranger), 0);
  assert.equal(reconciled(story, [epoch({ bins: { ...noBins, ok: 1 } })]).binsRemainder, 0);
});
