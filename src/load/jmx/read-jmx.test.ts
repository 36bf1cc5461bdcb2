import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  groupOf,
  hashTree,
  jmxElement,
  planOf,
  readSavedJmx,
  readText,
  requestsOf,
} from '../../../tests/support/load/jmx-plans.ts';
import { PlanError } from '../plan/plan-error.ts';

describe('a plan of JMeter', () => {
  it('is the same whether JMeter 2.13 or 5.6 saved it', () => {
    assert.deepEqual(readSavedJmx('shop-2.13.jmx').plan, readSavedJmx('shop-5.6.jmx').plan);
  });

  it('keeps users, ramp-up, loops and the order of its requests, and leaves disabled ones out', () => {
    const read = readSavedJmx('shop-5.6.jmx');
    const [group] = read.plan.groups;
    assert.deepEqual(group?.load, {
      model: 'closed',
      users: '100',
      rampUpMs: '20000',
      loops: '3',
      delayMs: '0',
    });
    assert.deepEqual(
      requestsOf(read).map(({ name, at }) => [name, at]),
      [
        ['Front page', 'Shop > Customers > Front page'],
        ['Log in', 'Shop > Customers > Log in > Log in'],
        ['Article', 'Shop > Customers > Browse > Article'],
      ],
    );
    assert.deepEqual(read.unsupported, []);
    assert.deepEqual(read.plan.variables, [{ name: 'host', value: 'shop.example', table: 'variables-1' }]);
  });

  it('with every controller in it is read as JMeter 2.13 runs it', () => {
    const read = readSavedJmx('every-controller-2.13.jmx');
    assert.deepEqual([read.unsupported, read.adapted], [[], []]);
    assert.equal(requestsOf(read).length, 25);
  });

  it('has its listeners told with the view that takes their place', () => {
    const views = readSavedJmx('shop-5.6.jmx').views.map(({ what, shownIn }) => [what, shownIn]);
    assert.deepEqual(views, [
      ['Aggregate Report (ResultCollector)', 'aggregate table'],
      ['View Results Tree (ResultCollector)', 'results tree'],
    ]);
  });

  it('tells a listener of the plan once, however many groups it listens to', () => {
    const groups = [1, 2].flatMap((number) => [jmxElement('ThreadGroup', `G${number}`), hashTree([])]);
    const read = readText(planOf(...groups, jmxElement('Summariser', 'Sum')));
    assert.equal(read.views.length, 1);
  });

  it('has setUp and tearDown groups, one main group after the other, and what an error does', () => {
    const { plan } = readSavedJmx('before-and-after-2.13.jmx');
    assert.equal(plan.oneAfterTheOther, true);
    assert.deepEqual(
      plan.groups.map(({ name, kind, onError }) => [name, kind, onError]),
      [
        ['Prepare', 'setUp', 'stop-test'],
        ['First', 'main', 'stop-user'],
        ['Clean up', 'tearDown', 'continue'],
      ],
    );
  });

  it('takes variables of the whole file in its order, and the properties that it is given', () => {
    const { plan } = readSavedJmx('timers-and-variables-5.6.jmx');
    assert.deepEqual(plan.variables, [
      { name: 'one', value: '1', table: 'variables-1' },
      { name: 'two', value: '${one}2', table: 'variables-2' },
      { name: 'three', value: '3', table: 'variables-3' },
    ]);
    assert.deepEqual(readText(groupOf(), { properties: { users: '7' } }).plan.properties, { users: '7' });
  });

  it('lists what it does not carry out by name and place, in the order of the file, and goes on without it', () => {
    const read = readSavedJmx('unsupported-5.6.jmx');
    assert.deepEqual(
      read.unsupported.map(({ what, where }) => `${where}: ${what}`),
      [
        'Unsupported: Test Plan (TestPlan): Java libraries (TestPlan.user_define_classpath)',
        'Unsupported > Defaults: HTTP Request Defaults (ConfigTestElement): Retrieve All Embedded Resources (HTTPSampler.image_parser)',
        'Unsupported > Group > Page 2: HTTP Request (HTTPSamplerProxy): Proxy Server (HTTPSampler.proxyHost)',
        'Unsupported > Group > Page 2: HTTP Request (HTTPSamplerProxy): Source address (HTTPSampler.ipSource)',
        'Unsupported > Group > Page 2: HTTP Request (HTTPSamplerProxy): Save response as MD5 hash (HTTPSampler.md5)',
        'Unsupported > Group > Page 2 > Script: JSR223 PostProcessor (JSR223PostProcessor)',
        'Unsupported > Group > Page 2 > XPath: XPath Assertion (XPathAssertion)',
        'Unsupported > Group > Page 2 > Document: Response Assertion (ResponseAssertion): the document as text (Assertion.test_field)',
        'Unsupported > Group > Query: JDBC Request (JDBCSampler)',
        'Unsupported > Group > Together: Parallel Sampler (ParallelSampler): with all that stands below it',
        'Unsupported > Group > Shaping: Variable Throughput Timer (VariableThroughputTimer)',
        'Unsupported > Ultimate: Ultimate Thread Group (UltimateThreadGroup): with all that stands below it',
      ],
    );
    assert.deepEqual(
      requestsOf(read).map(({ name }) => name),
      ['Page', 'Page 2'],
    );
    assert.ok(read.unsupported.every(({ line }) => (line ?? 0) > 1));
  });

  it('lists a setting that it does not know, and leaves a switch of it that is off', () => {
    const properties = { 'HTTPSampler.path': '/', 'Future.setting': '7', 'Future.switch': 'false' };
    const { unsupported } = readText(groupOf(jmxElement('HTTPSamplerProxy', 'Page', properties)));
    assert.deepEqual(
      unsupported.map(({ what }) => what),
      ['HTTP Request (HTTPSamplerProxy): Future.setting'],
    );
  });

  it('refuses impossible values, each with its line', () => {
    const text = groupOf(
      '',
      jmxElement('ConstantTimer', 'Wait', { 'ConstantTimer.delay': '-5' }),
      jmxElement('HTTPSamplerProxy', 'Page', { 'HTTPSampler.port': '70000' }),
      jmxElement('LoopController', 'Loop', { 'LoopController.loops': 'often' }),
    );
    assert.throws(() => readText(text), {
      name: 'PlanError',
      faults: [
        '/plans/plan.jmx:5: Plan > Group > Wait: ConstantTimer.delay is "-5", less than 0',
        '/plans/plan.jmx:6: Plan > Group > Page: HTTPSampler.port is 70000, more than 65535',
        '/plans/plan.jmx:7: Plan > Group > Loop: LoopController.loops is "often", not a number',
      ],
    });
  });

  it('is not read when it is something else', () => {
    const refused = (text: string, fault: RegExp) =>
      assert.throws(
        () => readText(text),
        (error) => error instanceof PlanError && fault.test(error.message),
      );
    refused('<project/>', /^\/plans\/plan\.jmx:1: not a plan of JMeter: it begins with <project>/);
    refused('<jmeterTestPlan version="1.0"><hashTree/></jmeterTestPlan>', /too old/);
    refused('<jmeterTestPlan version="1.2"><hashTree/></jmeterTestPlan>', /there is no test plan in it/);
    refused('', /not well-formed XML/);
  });

  it('of five thousand samplers is read in seconds, and what is around them is not copied for each', () => {
    const sampler = (number: number) =>
      `${jmxElement('HTTPSamplerProxy', `Request ${number}`, { 'HTTPSampler.path': `/${number}` })}<hashTree/>`;
    const samplers = Array.from({ length: 5000 }, (_, number) => sampler(number));
    const timer = jmxElement('ConstantTimer', 'Wait', { 'ConstantTimer.delay': '5' });
    const requests = requestsOf(readText(groupOf(timer, ...samplers)));
    assert.equal(requests.length, 5000);
    assert.equal(requests[0]?.timers, requests[4999]?.timers);
  });
});
