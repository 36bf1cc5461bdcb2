// What JMeter 2.13 sends for tests/support/load/jmx/scopes-5.6.jmx was looked at on the wire: headers, arguments and their order, cookies.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  groupOf,
  hashTree,
  jmxElement,
  readSavedJmx,
  readText,
  requestNamed,
} from '../../../../tests/support/load/jmx-plans.ts';
import type { HttpStep } from '../../plan/http-step.ts';

const scopes = readSavedJmx('scopes-5.6.jmx');
const own = requestNamed(scopes, 'All of it');
const inner = requestNamed(scopes, 'In the controller');
const after = requestNamed(scopes, 'After it');

const headersOf = ({ request }: HttpStep) => request.headers.map(({ name, value }) => `${name}: ${value}`);
const delaysOf = ({ timers }: HttpStep) =>
  timers
    .map((timer) => (timer.type === 'constant' ? Number(timer.delayMs) : Number.NaN))
    .sort((a, b) => a - b);

describe('the scope of an element', () => {
  it('fills what a request leaves empty from the nearest defaults that have it, and adds their arguments to its own', () => {
    const { protocol, host, port, path, arguments: sent } = own.request;
    assert.deepEqual([protocol, host, port, path], ['https', 'inner.example', '81', '/outer']);
    assert.deepEqual(
      sent.map(({ name, value }) => `${name}=${value}`),
      ['own=3', 'inner=2', 'outer=1'],
    );
  });

  it('leaves what a request says itself', () => {
    const { protocol, host, port, path } = after.request;
    assert.deepEqual([protocol, host, port, path], ['http', 'own.example', '82', '/after']);
  });

  it('takes a header from the nearest manager that has its name, whatever its case', () => {
    assert.deepEqual(headersOf(own), ['X-Place: sampler', 'X-Group: 1', 'X-Plan: 1']);
    assert.deepEqual(headersOf(inner), ['x-place: group', 'X-Group: 1', 'X-Group: 2', 'X-Plan: 1']);
  });

  it('has the outermost cookie manager win, as in JMeter', () => {
    const jar = scopes.plan.cookieJars.find(({ id }) => id === own.request.cookieJar);
    assert.deepEqual(
      jar?.cookies.map(({ name }) => name),
      ['sid'],
    );
  });

  it('ends with the controller that it stands in', () => {
    assert.deepEqual(delaysOf(own), [1, 10, 100]);
    assert.deepEqual(delaysOf(inner), [1, 10, 1000]);
    assert.deepEqual(delaysOf(after), [1, 10]);
  });

  it('runs extractors and assertions of outer levels first, those of the group before the plan’s', () => {
    const assertions = ['Group assertion', 'Plan assertion', 'Sampler assertion'];
    assert.deepEqual(
      own.assertions.map(({ name }) => name),
      assertions,
    );
    const variables = own.extractors.map((extractor) => extractor.variable);
    assert.deepEqual(variables, ['group', 'plan', 'sampler']);
  });

  it('is nothing for an element below one that is disabled', () => {
    const timer = jmxElement('ConstantTimer', 'Wait', { 'ConstantTimer.delay': '5' });
    const off = timer.replace('<ConstantTimer ', '<ConstantTimer enabled="false" ');
    const read = readText(groupOf(off, jmxElement('HTTPSamplerProxy', 'Page'), hashTree([timer])));
    assert.deepEqual(delaysOf(requestNamed(read, 'Page')), [5]);
  });
});
