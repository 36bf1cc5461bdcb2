import assert from 'node:assert/strict';
import { test } from 'node:test';
import { told } from '../told.ts';
import { DrillRefused } from './drill-refused.ts';
import { failedWithRemains } from './stage.ts';

test('what went wrong and what remains are told in both languages, and it is no refusal any more', () => {
  const refused = new DrillRefused(told('the target does not answer', 'el objetivo no responde'));
  const remains = [told('pod a is still there', 'el pod a sigue ahí'), told('so is b', 'también b')];
  const error = failedWithRemains(refused, remains);
  assert.ok(!(error instanceof DrillRefused));
  assert.equal(error.cause, refused);
  assert.deepEqual(
    error.told,
    told(
      'the target does not answer; could not be taken back: pod a is still there; so is b',
      'el objetivo no responde; no se pudo deshacer: el pod a sigue ahí; también b',
    ),
  );
  assert.equal(error.message, error.told.en);
});
