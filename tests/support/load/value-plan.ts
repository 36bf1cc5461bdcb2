// A plan, in JMeter's XML, that shows what templates, assertions and extractors come to: each template is the body of a request, each
// assertion and each extractor has a request of its own, and a further one sends what the extractor left.

export interface ValuePlan {
  readonly port: string;
  /** Of User Defined Variables: the plan's own first. */
  readonly tables: readonly Readonly<Record<string, string>>[];
  readonly templates: readonly string[];
  /** `type` is JMeter's: 1 matches, 2 contains, 8 equals, 16 substring; 4 more: not. */
  readonly assertions: readonly { readonly type: number; readonly field: string; readonly pattern: string }[];
  readonly extractors: readonly {
    readonly pattern: string;
    readonly template: string;
    readonly match: string;
  }[];
  /** As if-conditions; a request `condition-N` is sent where it holds. */
  readonly conditions: readonly string[];
}

/** What an extractor leaves: all variables that it may have set. */
const leftBehind = ['v', 'v_g', 'v_g0', 'v_g1', 'v_g2', 'v_matchNr', 'v_1', 'v_2', 'v_3', 'v_1_g1', 'v_2_g']
  .map((name) => `\${${name}}`)
  .join('|');

export function valuePlan(of: ValuePlan): string {
  const requests = [
    ...of.templates.map((template, at) => request(of.port, `template-${at}`, template)),
    ...of.assertions.map((one, at) => request(of.port, `assertion-${at}`, '', assertion(one))),
    ...of.extractors.flatMap((one, at) => [
      request(of.port, `extractor-${at}`, '', extractor(one)),
      request(of.port, `extracted-${at}`, leftBehind),
    ]),
    ...of.conditions.map((condition, at) => ifController(condition, request(of.port, `condition-${at}`, ''))),
  ];
  const [own = '', ...tables] = of.tables.map(table);
  return plan(
    own,
    ...tables.map((one) => node('Arguments', 'ArgumentsPanel', 'Variables', one)),
    node('ThreadGroup', 'ThreadGroupGui', 'G', group, requests.join('\n')),
  );
}

const group =
  '<elementProp name="ThreadGroup.main_controller" elementType="LoopController" guiclass="LoopControlPanel" ' +
  'testclass="LoopController" testname="Loop Controller" enabled="true">' +
  '<boolProp name="LoopController.continue_forever">false</boolProp><stringProp name="LoopController.loops">1</stringProp>' +
  '</elementProp><stringProp name="ThreadGroup.num_threads">1</stringProp><stringProp name="ThreadGroup.ramp_time">1</stringProp>';

function table(variables: Readonly<Record<string, string>>): string {
  const items = Object.entries(variables).map(([name, value]) =>
    elementProp(name, 'Argument', {
      'Argument.name': name,
      'Argument.value': value,
      'Argument.metadata': '=',
    }),
  );
  return collection('Arguments.arguments', items);
}

function plan(variables: string, ...nodes: readonly string[]): string {
  const inner =
    '<boolProp name="TestPlan.functional_mode">false</boolProp><elementProp name="TestPlan.user_defined_variables" elementType="Arguments">' +
    `${variables}</elementProp>`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<jmeterTestPlan version="1.2" properties="2.8" jmeter="2.13.20160310"><hashTree>' +
    `${node('TestPlan', 'TestPlanGui', 'Values', inner, nodes.join('\n'))}</hashTree></jmeterTestPlan>\n`
  );
}

function request(port: string, name: string, body: string, below = ''): string {
  const argument = elementProp('', 'HTTPArgument', { 'Argument.value': body, 'Argument.metadata': '=' });
  const isPost = body !== '';
  const properties = [
    `<boolProp name="HTTPSampler.postBodyRaw">${isPost}</boolProp>`,
    '<elementProp name="HTTPsampler.Arguments" elementType="Arguments">',
    collection('Arguments.arguments', isPost ? [argument] : []),
    '</elementProp>',
    ...Object.entries({
      'HTTPSampler.domain': '127.0.0.1',
      'HTTPSampler.port': port,
      'HTTPSampler.path': `/${name}`,
      'HTTPSampler.method': isPost ? 'POST' : 'GET',
      'HTTPSampler.contentEncoding': 'UTF-8',
    }).map(([key, value]) => text(key, value)),
    '<boolProp name="HTTPSampler.use_keepalive">true</boolProp>',
  ];
  return node('HTTPSamplerProxy', 'HttpTestSampleGui', name, properties.join(''), below);
}

function assertion({ type, field, pattern }: ValuePlan['assertions'][number]): string {
  const properties = [
    collection('Asserion.test_strings', [text('1', pattern)]),
    text('Assertion.test_field', `Assertion.${field}`),
    `<intProp name="Assertion.test_type">${type}</intProp>`,
  ];
  return node('ResponseAssertion', 'AssertionGui', 'assertion', properties.join(''));
}

function extractor({ pattern, template, match }: ValuePlan['extractors'][number]): string {
  const properties = {
    'RegexExtractor.useHeaders': 'false',
    'RegexExtractor.refname': 'v',
    'RegexExtractor.regex': pattern,
    'RegexExtractor.template': template,
    'RegexExtractor.default': 'none',
    'RegexExtractor.match_number': match,
  };
  const inner = Object.entries(properties).map(([key, value]) => text(key, value));
  return node('RegexExtractor', 'RegexExtractorGui', 'extractor', inner.join(''));
}

function ifController(condition: string, below: string): string {
  const properties = `${text('IfController.condition', condition)}<boolProp name="IfController.evaluateAll">false</boolProp>`;
  return node('IfController', 'IfControllerPanel', 'If', properties, below);
}

function node(className: string, gui: string, name: string, inner: string, below = ''): string {
  const head = `<${className} guiclass="${gui}" testclass="${className}" testname="${name}" enabled="true">`;
  return `${head}${inner}</${className}><hashTree>${below}</hashTree>`;
}

function collection(name: string, items: readonly string[]): string {
  return `<collectionProp name="${name}">${items.join('')}</collectionProp>`;
}

function elementProp(name: string, type: string, properties: Readonly<Record<string, string>>): string {
  const inner = Object.entries(properties).map(([key, value]) => text(key, value));
  return `<elementProp name="${name}" elementType="${type}">${inner.join('')}</elementProp>`;
}

function text(name: string, value: string): string {
  const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<stringProp name="${name}">${escaped}</stringProp>`;
}
