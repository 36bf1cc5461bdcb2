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
  requestsOf,
} from '../../../../tests/support/load/jmx-plans.ts';
import type { Step } from '../../plan/plan.ts';

const requests = readSavedJmx('requests-5.6.jmx');
const requestOf = (name: string) => requestNamed(requests, name).request;

describe('requests', () => {
  it('keep a whole URL as their path, and get a slash before any other', () => {
    assert.equal(requestOf('Whole URL').path, 'https://b.example:8443/x?y=1&z=2');
    assert.equal(requestOf('Query').path, '/search');
  });

  it('have arguments with their encoding and their equals sign', () => {
    assert.deepEqual(requestOf('Query').arguments, [
      { name: 'q', value: 'a b', encode: true, withEquals: true },
      { name: 'flag', value: '', encode: false, withEquals: false },
      { name: 'lang', value: '${lang}', encode: false, withEquals: true },
    ]);
  });

  it('send a raw body as it stands, line ends included', () => {
    assert.equal(requestOf('Raw body').body, '{"a": "b",\r\n "c": ${d}}');
    assert.deepEqual(requestOf('Raw body').arguments, []);
  });

  it('send values without a single name as their body, encoded where that is asked for', () => {
    assert.equal(requestOf('Values for a body').body, 'a%26b=${c}');
  });

  const withArgument = (method: string, properties: Record<string, string>) => {
    const argument = jmxElement('elementProp', '', properties);
    const list = `<collectionProp name="Arguments.arguments">${argument}</collectionProp>`;
    const inner = `<stringProp name="HTTPSampler.method">${method}</stringProp><elementProp name="HTTPsampler.Arguments">${list}</elementProp>`;
    const read = readText(groupOf(`<HTTPSamplerProxy testname="Page">${inner}</HTTPSamplerProxy>`));
    return { read, request: requestNamed(read, 'Page').request };
  };

  it('encode values of forms anew that they are not to encode, as JMeter does, and leave those of queries alone', () => {
    const sent = (method: string, value: string) => {
      const { request } = withArgument(method, { 'Argument.name': 'a', 'Argument.value': value });
      const [{ name, withEquals, ...argument } = { name: '', withEquals: true, value: '', encode: false }] =
        request.arguments;
      return argument;
    };
    assert.deepEqual(sent('POST', 'a=b+%63'), { value: 'a=b c', encode: true });
    assert.deepEqual(sent('PUT', '100%'), { value: '100%', encode: true });
    assert.deepEqual(sent('POST', '${x}'), { value: '${x}', encode: true, decodeFirst: true });
    assert.deepEqual(sent('GET', 'a=b+%63'), { value: 'a=b+%63', encode: false });
  });

  it('have no arguments with HEAD, as in JMeter', () => {
    assert.deepEqual(
      withArgument('HEAD', { 'Argument.name': 'a', 'Argument.value': '1' }).request.arguments,
      [],
    );
  });

  it('tell of a value of a body that only a run could encode', () => {
    const properties = { 'Argument.value': '${a}', 'HTTPArgument.always_encode': 'true' };
    const { read } = withArgument('POST', properties);
    assert.match(read.unsupported[0]?.what ?? '', /encoded into the body$/);
  });

  it('upload files, or send one as the body', () => {
    assert.deepEqual(requestOf('Upload').files, [
      { path: 'cat.jpg', field: 'picture', mimeType: 'image/jpeg' },
      { path: '${file}', field: 'text', mimeType: 'text/plain' },
    ]);
    assert.equal(requestOf('Upload').multipart, true);
    assert.deepEqual(requestOf('File as body').files, [
      { path: 'data.bin', field: '', mimeType: 'application/octet-stream' },
    ]);
  });

  it('follow redirects in the open, in silence, or not', () => {
    const redirects = ['Query', 'Silently', 'Not followed'].map((name) => requestOf(name).redirects);
    assert.deepEqual(redirects, ['sub-samples', 'silently', 'no']);
    assert.equal(requestOf('Silently').keepAlive, false);
  });

  it('take port 0 for the protocol’s own, and are read under their older names', () => {
    assert.equal(requestOf('Not followed').port, '');
    assert.equal(requestOf('Old name').path, '/old');
  });

  it('have authorizations', () => {
    assert.deepEqual(requestOf('Query').authorizations, [
      { url: 'http://a.example/private', user: 'me', password: 'pa$$word', realm: '', mechanism: 'basic' },
      {
        url: 'http://a.example/digest',
        user: 'you',
        password: '${secret}',
        realm: 'vault',
        mechanism: 'digest',
      },
    ]);
  });
});

describe('controllers', () => {
  const [group] = readSavedJmx('controllers-5.6.jmx').plan.groups;

  it('are read with what each has of its own', () => {
    const steps = group?.steps ?? [];
    assert.deepEqual(steps.filter((step) => 'steps' in step).map(withoutContents), [
      { name: 'Simple', type: 'simple' },
      { name: 'Loop', type: 'loop', count: '${n}' },
      { name: 'For ever', type: 'loop' },
      {
        name: 'If expression',
        type: 'if',
        condition: '${__jexl3(${n} > 1,)}',
        isExpression: true,
        evaluateForEach: true,
      },
      {
        name: 'If JavaScript',
        type: 'if',
        condition: '"${n}" == "1"',
        isExpression: false,
        evaluateForEach: false,
      },
      { name: 'While', type: 'while', condition: '${__javaScript("${done}" != "yes",)}' },
      { name: 'While LAST', type: 'while', condition: 'LAST' },
      { name: 'Once Only', type: 'once' },
      { name: 'Interleave', type: 'interleave', ignoreSubControllers: false, acrossUsers: true },
      { name: 'Random', type: 'random', ignoreSubControllers: true },
      { name: 'Random Order', type: 'random-order' },
      {
        name: 'A quarter',
        type: 'throughput',
        mode: 'percent',
        value: '25.0',
        perUser: false,
        id: 'throughput-1',
      },
      {
        name: 'Seven times',
        type: 'throughput',
        mode: 'total',
        value: '7',
        perUser: true,
        id: 'throughput-2',
      },
      { name: 'Transaction', type: 'transaction', parentSample: true, includeTimers: true },
      { name: 'ForEach', type: 'foreach', input: 'id', output: 'one', separator: true, from: '0', to: '3' },
      { name: 'Recording', type: 'simple' },
      { name: 'Runtime', type: 'runtime', ms: '7000' },
      { name: 'Switch', type: 'switch', value: '${which}' },
    ]);
  });

  it('take locks by their names, which may be templates', () => {
    const critical = jmxElement('CriticalSectionController', 'Alone', {
      'CriticalSectionController.lockName': '${__P(lock,global_lock)}',
    });
    const page = hashTree([jmxElement('HTTPSamplerProxy', 'Page')]);
    const { plan, unsupported } = readText(groupOf(critical, page));
    assert.deepEqual(unsupported, []);
    assert.deepEqual(plan.groups[0]?.steps.map(withoutContents), [
      { name: 'Alone', type: 'critical-section', lock: '${__P(lock,global_lock)}' },
    ]);
  });

  it('have counters and data files that move on with them', () => {
    const loop = group?.steps.find(({ name }) => name === 'Loop');
    assert.ok(loop !== undefined && 'steps' in loop);
    assert.deepEqual(loop.dataFiles, ['data-1']);
    assert.deepEqual(loop.counters, [
      {
        id: 'counter-1',
        start: '1',
        end: '9',
        step: '2',
        format: '000',
        variable: 'c',
        perUser: true,
        resetOnIteration: true,
      },
    ]);
  });

  it('of a transaction that stands for its requests have the assertions of them, as in JMeter', () => {
    const assertion = jmxElement('DurationAssertion', 'Fast', { 'DurationAssertion.duration': '5' });
    const transaction = (parent: string) => {
      const controller = jmxElement('TransactionController', 'Buy', {
        'TransactionController.parent': parent,
      });
      const read = readText(
        groupOf(assertion, controller, hashTree([jmxElement('HTTPSamplerProxy', 'Page')])),
      );
      const step = read.plan.groups[0]?.steps[0];
      return step?.type === 'transaction' ? step.assertions?.map(({ name }) => name) : 'none';
    };
    assert.deepEqual(transaction('true'), ['Fast']);
    assert.equal(transaction('false'), undefined);
  });
});

describe('flow control actions', () => {
  it('pause, with the timers around them, or end something', () => {
    const [group] = readSavedJmx('controllers-5.6.jmx').plan.groups;
    const actions = group?.steps.filter(({ type }) => type === 'pause' || type === 'stop');
    assert.deepEqual(actions, [
      { type: 'pause', name: 'Wait', ms: '250', timers: [{ type: 'constant', delayMs: '50' }] },
      { type: 'stop', name: 'Next iteration', what: 'iteration' },
      { type: 'stop', name: 'Next of the loop', what: 'loop' },
      { type: 'stop', name: 'Leave the loop', what: 'loop-break' },
      { type: 'stop', name: 'End of the user', what: 'user' },
      { type: 'stop', name: 'End of the test', what: 'test' },
      { type: 'stop', name: 'End at once', what: 'test-now' },
    ]);
  });
});

describe('modules', () => {
  it('stand where a controller asks for them, in the scope of that place, disabled ones too', () => {
    const read = readSavedJmx('modules-5.6.jmx');
    assert.deepEqual(
      requestsOf(read).map(({ name, request }) => `${name} on ${request.host}`),
      ['Log in on a.example', 'From a file on a.example', 'Log out on a.example'],
    );
    assert.deepEqual(requestNamed(read, 'Log in').timers, [{ type: 'constant', delayMs: '5' }]);
    assert.deepEqual(read.unsupported, []);
  });

  it('of another file bring their variables along', () => {
    const include = jmxElement('IncludeController', 'Parts', {
      'IncludeController.includepath': 'parts.jmx',
    });
    const argument = jmxElement('elementProp', '', { 'Argument.name': 'a', 'Argument.value': '1' });
    const list = `<collectionProp name="Arguments.arguments">${argument}</collectionProp>`;
    const parts = planOf(`<Arguments testname="Variables">${list}</Arguments>`);
    const { plan } = readText(groupOf(include), { readFile: () => parts });
    assert.deepEqual(plan.variables, [{ name: 'a', value: '1', table: 'variables-1' }]);
  });

  it('that are not there, and files that cannot be read, are unsupported', () => {
    const include = jmxElement('IncludeController', 'Parts', { 'IncludeController.includepath': 'gone.jmx' });
    const { unsupported } = readText(groupOf(include, jmxElement('ModuleController', 'Part')));
    assert.deepEqual(
      unsupported.map(({ what }) => what),
      [
        'Include Controller (IncludeController): its file "gone.jmx" cannot be read',
        'Module Controller (ModuleController): its module "" is not in the plan',
      ],
    );
  });

  it('that hold themselves are refused, and so are those that multiply without end', () => {
    const path = ['Test Plan', 'Plan', 'Group', 'Round'].map(
      (name) => `<stringProp name="">${name}</stringProp>`,
    );
    const properties = `<collectionProp name="ModuleController.node_path">${path.join('')}</collectionProp>`;
    const module = `<ModuleController testname="Again">${properties}</ModuleController>`;
    const holding = (...content: string[]) =>
      groupOf(jmxElement('GenericController', 'Round'), hashTree(content));
    assert.throws(() => readText(holding(module)), { message: /nested deeper than 400$/ });
    assert.throws(() => readText(holding(module, module)), { name: 'PlanError' });
    assert.throws(() => readText(planOf(jmxElement('ThreadGroup', 'Group'), hashTree(doubling(17)))), {
      message: /more than 100000 samplers and controllers/,
    });
  });

  it('of a broken file are refused with its name and line', () => {
    const include = jmxElement('IncludeController', 'Parts', {
      'IncludeController.includepath': 'parts.jmx',
    });
    assert.throws(() => readText(groupOf(include), { readFile: () => '<a>\n<b></a>' }), {
      message: /^parts\.jmx:2: not well-formed XML/,
    });
  });
});

function withoutContents(step: Step): object {
  const { steps, dataFiles, counters, ...own } = { steps: [], dataFiles: [], counters: [], ...step };
  void [steps, dataFiles, counters];
  return own;
}

/** Controllers M1, M2, … that each ask twice for the next. */
function doubling(levels: number): string[] {
  const ask = (level: number) => {
    const path = ['Test Plan', 'Plan', 'Group', `M${level}`].map(
      (name) => `<stringProp name="">${name}</stringProp>`,
    );
    return `<ModuleController testname="To ${level}"><collectionProp name="ModuleController.node_path">${path.join('')}</collectionProp></ModuleController>`;
  };
  return Array.from({ length: levels }, (_, level) => [
    jmxElement('GenericController', `M${level}`),
    hashTree(
      level + 1 < levels ? [ask(level + 1), ask(level + 1)] : [jmxElement('HTTPSamplerProxy', 'Page')],
    ),
  ]).flat();
}

describe('debug samplers', () => {
  it('show variables unless they are told otherwise, and have what is in force for samplers', () => {
    const sampler = (settings: Record<string, string>) => jmxElement('DebugSampler', 'Look', settings);
    const timer = jmxElement('ConstantTimer', 'Wait', { 'ConstantTimer.delay': '5' });
    const all = sampler({
      displayJMeterVariables: 'false',
      displayJMeterProperties: 'true',
      displaySystemProperties: 'true',
    });
    const { plan, unsupported, adapted } = readText(groupOf(sampler({}), hashTree([timer]), all));
    assert.deepEqual(unsupported, []);
    assert.match(adapted[0]?.what ?? '', /^Debug Sampler .*system properties of Java/);
    const common = { type: 'debug', name: 'Look', at: '', extractors: [], assertions: [] };
    assert.deepEqual(
      plan.groups[0]?.steps.map((step) => ({ ...step, at: '' })),
      [
        { ...common, shows: ['variables'], timers: [{ type: 'constant', delayMs: '5' }] },
        { ...common, shows: ['properties'], timers: [] },
      ],
    );
  });
});
