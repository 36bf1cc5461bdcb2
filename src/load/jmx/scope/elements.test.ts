import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  groupOf,
  hashTree,
  jmxElement,
  planOf,
  readSavedJmx,
  readText,
  requestNamed,
} from '../../../../tests/support/load/jmx-plans.ts';

describe('timers', () => {
  it('are read with delays, ranges and schedules', () => {
    const { timers } = requestNamed(readSavedJmx('timers-and-variables-5.6.jmx'), 'Request');
    assert.deepEqual(timers, [
      { type: 'gaussian', delayMs: '300', deviationMs: '100.0' },
      { type: 'poisson', delayMs: '${base}', lambdaMs: '50' },
      { type: 'throughput', id: 'timer-1', perMinute: '120.0', of: 'all-users-of-group' },
      { type: 'throughput', id: 'timer-2', perMinute: '120', of: 'all-users-of-group-shared' },
      { type: 'synchronizing', id: 'timer-3', users: '10', timeoutMs: '2000' },
    ]);
  });

  it('tell that arrivals of the precise throughput timer are evenly spaced', () => {
    const [adapted] = readSavedJmx('timers-and-variables-5.6.jmx').adapted;
    assert.match(adapted?.what ?? '', /^Precise Throughput Timer .*evenly spaced/);
  });

  it('share one schedule when they stand beside the groups', () => {
    const page = hashTree([jmxElement('HTTPSamplerProxy', 'Page')]);
    const timer = jmxElement('ConstantThroughputTimer', 'Pace', { throughput: '60', calcMode: 'calcMode.4' });
    const read = readText(
      planOf(jmxElement('ThreadGroup', 'A'), page, jmxElement('ThreadGroup', 'B'), page, timer),
    );
    const timers = read.plan.groups.map(({ steps: [step] }) =>
      step?.type === 'http' ? step.timers[0] : undefined,
    );
    const expected = { type: 'throughput', id: 'timer-1', perMinute: '60', of: 'all-users-shared' };
    assert.deepEqual(timers, [expected, expected]);
  });
});

describe('assertions and extractors', () => {
  const { assertions, extractors } = requestNamed(readSavedJmx('checks-5.6.jmx'), 'Checked');

  it('know where to look, how to compare, and what the bits of a test type are', () => {
    const responses = assertions.flatMap((assertion) =>
      assertion.type === 'response'
        ? [[assertion.name, assertion.field, assertion.test, assertion.not, assertion.or, assertion.scope]]
        : [],
    );
    assert.deepEqual(responses, [
      ['Contains', 'body', 'contains', false, false, 'main'],
      ['Not equal or', 'response-headers', 'equals', true, true, 'main'],
      ['Matches code', 'code', 'matches', false, false, 'all'],
      ['URL', 'url', 'substring', false, false, 'sub'],
      ['Variable', { variable: 'token' }, 'substring', false, false, 'main'],
    ]);
  });

  it('of time, size and JSON are read', () => {
    assert.deepEqual(assertions.slice(5), [
      { type: 'duration', name: 'Duration Assertion', ms: '1500', scope: 'main' },
      { type: 'size', name: 'Size Assertion', of: 'full', operator: '<', bytes: '1000', scope: 'main' },
      { type: 'size', name: 'Size Assertion', of: 'code', operator: '=', bytes: '3', scope: 'main' },
      {
        type: 'json',
        name: 'JSON Assertion',
        path: '$.ok',
        expected: 'true',
        isRegex: true,
        expectNull: false,
        invert: false,
      },
      {
        type: 'json',
        name: 'JSON Assertion',
        path: '$.gone',
        isRegex: true,
        expectNull: false,
        invert: true,
      },
    ]);
  });

  it('take a default only when there is one, and an empty one when that is asked for', () => {
    const defaults = extractors.map((extractor) => [extractor.variable, extractor.default, extractor.match]);
    assert.deepEqual(defaults, [
      ['loc', '', '-1'],
      ['part', '0', '1'],
      ['between', undefined, '0'],
      ['first', 'none', '1'],
      ['all', '', '-1'],
    ]);
  });

  it('fill several variables from one JSON Extractor', () => {
    const json = extractors.flatMap((extractor) => (extractor.type === 'json' ? [extractor] : []));
    assert.deepEqual(
      json.map(({ variable, path, joined }) => [variable, path, joined]),
      [
        ['first', '$.a', true],
        ['all', '$.b[*]', true],
      ],
    );
  });

  it('are refused when a JSON Extractor has more names than paths', () => {
    const text = groupOf(
      jmxElement('JSONPostProcessor', 'Two', {
        'JSONPostProcessor.referenceNames': 'a;b',
        'JSONPostProcessor.jsonPathExprs': '$.a',
      }),
    );
    assert.throws(() => readText(text), {
      message: /Plan > Group > Two: 2 names of variables, but 1 JSONPaths$/,
    });
  });
});

describe('data files', () => {
  const csv = (name: string, variableNames: string, shareMode = 'shareMode.all') =>
    jmxElement('CSVDataSet', name, { filename: 'a.csv', variableNames, shareMode });

  it('that say the same are one, so that their rows are given once', () => {
    const groups = ['A', 'B'].flatMap((name) => [
      jmxElement('ThreadGroup', name),
      hashTree([csv(name, 'x, y')]),
    ]);
    const { plan } = readText(planOf(...groups));
    assert.deepEqual(
      plan.groups.map(({ dataFiles }) => dataFiles),
      [['data-1'], ['data-1']],
    );
    assert.deepEqual(
      plan.dataFiles.map(({ variables }) => variables),
      [['x', 'y']],
    );
  });

  it('that read one file differently are told', () => {
    const { plan, adapted } = readText(groupOf(csv('One', 'x'), csv('Two', 'y')));
    assert.equal(plan.dataFiles.length, 2);
    assert.match(adapted[0]?.what ?? '', /rows of a\.csv are not shared/);
  });

  it('are shared as the old words of JMeter’s window say, too', () => {
    const sharing = (mode: string) => readText(groupOf(csv('One', 'x', mode))).plan.dataFiles[0]?.sharing;
    assert.deepEqual(['All threads', 'Current thread group', 'Current thread'].map(sharing), [
      'all',
      'group',
      'user',
    ]);
  });

  it('move on with the controller that they or their sampler stand in', () => {
    const loop = jmxElement('LoopController', 'Loop', { 'LoopController.loops': '2' });
    const page = jmxElement('HTTPSamplerProxy', 'Page');
    const read = readText(groupOf(loop, hashTree([page, hashTree([csv('Rows', 'x')])])));
    const [group] = read.plan.groups;
    assert.deepEqual(group?.dataFiles, []);
    assert.deepEqual(group?.steps[0]?.type === 'loop' && group.steps[0].dataFiles, ['data-1']);
  });
});

describe('actions on results', () => {
  it('are of the requests in their scope', () => {
    const action = (number: string) =>
      jmxElement('ResultAction', `Action ${number}`, { 'OnError.action': number });
    const page = jmxElement('HTTPSamplerProxy', 'Page');
    const other = jmxElement('HTTPSamplerProxy', 'Other');
    const read = readText(groupOf(action('4'), page, hashTree([action('1'), action('0')]), other));
    assert.deepEqual(read.unsupported, []);
    assert.deepEqual(requestNamed(read, 'Page').onFailure, ['iteration', 'user']);
    assert.deepEqual(requestNamed(read, 'Other').onFailure, ['iteration']);
    const { unsupported } = readText(groupOf(page, hashTree([action('9')])));
    assert.match(unsupported[0]?.what ?? '', /Result Status Action Handler .*the action 9/);
  });
});

describe('user parameters', () => {
  const read = readSavedJmx('timers-and-variables-5.6.jmx');

  it('are the group’s when they move on with its iterations, a random variable among them', () => {
    assert.deepEqual(read.plan.groups[0]?.userParameters, [
      {
        perIteration: true,
        sets: [
          [
            { name: 'name', value: 'ann' },
            { name: 'role', value: 'admin' },
          ],
          [
            { name: 'name', value: 'ben' },
            { name: 'role', value: 'guest' },
          ],
        ],
      },
      { perIteration: true, sets: [[{ name: 'dice', value: '${__Random(1,9)}' }]] },
    ]);
  });

  it('move on with the controller around them', () => {
    const loop = jmxElement('LoopController', 'Loop', { 'LoopController.loops': '2' });
    const dice = jmxElement('RandomVariableConfig', 'Dice', { maximumValue: '6', variableName: 'dice' });
    const inLoop = hashTree([dice, jmxElement('HTTPSamplerProxy', 'Page')]);
    const { plan, unsupported } = readText(groupOf(loop, inLoop));
    const [step] = plan.groups[0]?.steps ?? [];
    assert.deepEqual(unsupported, []);
    assert.deepEqual(plan.groups[0]?.userParameters, []);
    assert.deepEqual(step?.type === 'loop' && step.userParameters, [
      { perIteration: true, sets: [[{ name: 'dice', value: '${__Random(1,6)}' }]] },
    ]);
  });

  it('of one request are set before it alone', () => {
    const parameters = { perIteration: false, sets: [[{ name: 'x', value: '1' }]] };
    assert.deepEqual(requestNamed(read, 'Request').userParameters, [parameters]);
  });
});

describe('managers', () => {
  it('that ignore cookies leave requests without a jar', () => {
    const manager = jmxElement('CookieManager', 'Cookies', { 'CookieManager.policy': 'ignoreCookies' });
    const read = readText(groupOf(manager, jmxElement('HTTPSamplerProxy', 'Page')));
    assert.equal(requestNamed(read, 'Page').request.cookieJar, undefined);
    assert.deepEqual(read.plan.cookieJars, []);
  });

  it('of cookies and caches say when they are emptied', () => {
    const { plan } = readSavedJmx('requests-5.6.jmx');
    assert.deepEqual(plan.cookieJars, [
      { id: 'cookies-1', clearEachIteration: false, followsGroup: true, cookies: [] },
    ]);
    assert.deepEqual(plan.caches, [
      { id: 'cache-1', clearEachIteration: true, followsGroup: false, useExpires: true, maxEntries: 5000 },
    ]);
  });
});
