// JMeter's tree of test elements as a .jmx holds it: an element, then a hashTree with what stands below it.

import { PlanError } from '../../plan/plan-error.ts';
import { faultText } from '../fault-text.ts';
import { parseXml, type XmlNode } from './xml-tree.ts';

export interface TestElement {
  /** Without its package: `HTTPSamplerProxy`. */
  readonly className: string;
  readonly guiClass: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly properties: ReadonlyMap<string, Property>;
  readonly children: readonly TestElement[];
  /** Names from the test plan down, joined by ` > `. */
  readonly path: string;
  readonly line: number;
}

export type Value =
  /** `isString`: of a stringProp; only such a one counts as missing when it is empty. */
  | { readonly kind: 'text'; readonly text: string; readonly isString: boolean }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'element'; readonly element: TestElement };

export interface Property {
  readonly name: string;
  readonly value: Value;
  /** The element that it was written in: not the one it is merged into. */
  readonly owner: { readonly path: string; readonly className: string; readonly guiClass: string };
  readonly line: number;
}

const valueTags: ReadonlySet<string> = new Set([
  'stringProp',
  'boolProp',
  'intProp',
  'longProp',
  'floatProp',
  'doubleProp',
  'name',
  'value',
]);

/** The test plan. Throws PlanError for what is not XML or not a test plan of JMeter. */
export function parseJmx(source: string, file: string): TestElement {
  const root = parseXml(source, { file, keepsBlanks: valueTags });
  const fault = (what: string) => new PlanError([`${file}:${root.line}: ${faultText(what)}`]);
  if (root.name !== 'jmeterTestPlan') throw fault(`not a plan of JMeter: it begins with <${root.name}>`);
  const format = root.attribute('version') ?? '1.2';
  if (!/^1\.[12]$/.test(format))
    throw fault(`plans of format ${format} are too old: save it with JMeter 2.13 or newer`);
  const tree = root.children.find((node) => node.name === 'hashTree');
  const testPlan = elementsOf(tree, '').find(({ className }) => className === 'TestPlan');
  if (testPlan === undefined) throw fault('there is no test plan in it');
  return testPlan;
}

function elementsOf(hashTree: XmlNode | undefined, parentPath: string): TestElement[] {
  const nodes = hashTree?.children ?? [];
  return nodes.flatMap((node, index) => {
    if (node.name === 'hashTree') return [];
    const next = nodes[index + 1];
    return [elementOf(node, parentPath, next?.name === 'hashTree' ? next : undefined)];
  });
}

function elementOf(node: XmlNode, parentPath: string, below: XmlNode | undefined): TestElement {
  const className = simpleName(node.attribute('class') ?? node.attribute('elementType') ?? node.name);
  const guiClass = simpleName(node.attribute('guiclass') ?? '');
  const name = node.attribute('testname') ?? node.attribute('name') ?? className;
  const path = parentPath === '' ? name : `${parentPath} > ${name}`;
  const properties = propertiesOf(node, { path, className, guiClass });
  return {
    className,
    guiClass,
    name,
    path,
    line: node.line,
    isEnabled:
      node.attribute('enabled') !== 'false' && textOf(properties.get('TestElement.enabled')) !== 'false',
    properties,
    children: elementsOf(below, path),
  };
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function textOf(property: Property | undefined): string | undefined {
  return property?.value.kind === 'text' ? property.value.text : undefined;
}

function propertiesOf(node: XmlNode, owner: Property['owner']): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const child of node.children) {
    const name = child.attribute('name') ?? childText(child, 'name');
    const value = valueIn(child, owner.path);
    if (name !== undefined && value !== undefined) {
      properties.set(name, { name, value, owner, line: child.line });
    }
  }
  return properties;
}

/** Undefined: an object of Java's (objProp), which only listeners have. */
function valueIn(node: XmlNode, path: string): Value | undefined {
  switch (node.name) {
    case 'objProp':
      return undefined;
    case 'elementProp':
    case 'testelement':
      return { kind: 'element', element: elementOf(node, path, undefined) };
    case 'collectionProp':
    case 'mapProp':
      return { kind: 'list', items: node.children.flatMap((child) => valueIn(child, path) ?? []) };
    default:
      // doubleProp and FloatProperty may have their value in a child of their own.
      return {
        kind: 'text',
        text: childText(node, 'value') ?? node.text,
        isString: node.name === 'stringProp',
      };
  }
}

function childText(node: XmlNode, name: string): string | undefined {
  return node.children.find((child) => child.name === name)?.text;
}

/** The same as if all of it stood on one line: what comes from another file is told at the place that asks for it. */
export function movedToLine(element: TestElement, line: number): TestElement {
  const properties = new Map<string, Property>();
  for (const [name, property] of element.properties) {
    properties.set(name, { ...property, line, value: movedValue(property.value, line) });
  }
  const children = element.children.map((child) => movedToLine(child, line));
  return { ...element, line, properties, children };
}

function movedValue(value: Value, line: number): Value {
  if (value.kind === 'element') return { kind: 'element', element: movedToLine(value.element, line) };
  if (value.kind === 'text') return value;
  return { kind: 'list', items: value.items.map((item) => movedValue(item, line)) };
}
