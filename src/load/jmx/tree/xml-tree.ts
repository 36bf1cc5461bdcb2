// XML as a tree with line numbers. Document types, and with them entities of one's own, are refused: a plan may come from anywhere.

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { PlanError } from '../../plan/plan-error.ts';
import { faultText } from '../fault-text.ts';
import { decodeEntities } from './entities.ts';
import { LineNumbers } from './line-numbers.ts';

/** Deeper nesting than any plan has; it bounds the recursion of whoever walks the tree. */
const deepest = 500;

type Attributes = Readonly<Record<string, string>>;
type RawNode = Readonly<Record<string, RawNode[] | string | Attributes>>;

export interface XmlOptions {
  /** What faults call the text. */
  readonly file: string;
  /** Elements whose text means something when it is blank. In a big file, what is between elements is most of its nodes. */
  readonly keepsBlanks: ReadonlySet<string>;
}

/** The root element. Throws PlanError for everything that is not well-formed, here or when a node's text or attribute is read. */
export function parseXml(source: string, options: XmlOptions): XmlNode {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const place: Place = { file: options.file, lines: new LineNumbers(text) };
  const declaration = firstDeclaration(text);
  if (declaration >= 0) {
    const line = place.lines.at(declaration);
    throw fault(place, line, 'document types and entities are not allowed in a plan');
  }
  const verdict = validate(text);
  if (verdict !== true) throw fault(place, verdict.line, `not well-formed XML: ${verdict.message}`);
  const root = parse(text, options).find((node) => !('#text' in node));
  if (root === undefined) throw fault(place, 1, 'not well-formed XML: there is no element');
  return new XmlNode(root, place);
}

interface Place {
  readonly file: string;
  readonly lines: LineNumbers;
}

function fault({ file }: Place, line: number, what: string): PlanError {
  return new PlanError([`${file}:${line}: ${faultText(what)}`]);
}

// The type of it is Symbol, which is no key.
const metaData = XMLParser.getMetaDataSymbol() as unknown as symbol;

/** A view of the parser's node: a big plan has hundreds of thousands of them, so nothing is worked out before it is asked for. */
export class XmlNode {
  readonly name: string;
  readonly #raw: RawNode;
  readonly #place: Place;

  constructor(raw: RawNode, place: Place) {
    this.#raw = raw;
    this.#place = place;
    let name = '';
    for (const key in raw) {
      if (key !== ':@') name = key;
    }
    this.name = name;
  }

  get line(): number {
    const { startIndex = 0 } =
      (this.#raw as Record<symbol, { startIndex?: number } | undefined>)[metaData] ?? {};
    return this.#place.lines.at(startIndex);
  }

  attribute(name: string): string | undefined {
    const attributes = this.#raw[':@'] as Attributes | undefined;
    const value = attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return value === undefined ? undefined : this.#decoded(value);
  }

  /** Elements. */
  get children(): XmlNode[] {
    const nodes: XmlNode[] = [];
    for (const node of this.#content) {
      if (!('#text' in node) && !('#cdata' in node)) nodes.push(new XmlNode(node, this.#place));
    }
    return nodes;
  }

  /** What stands in it directly. */
  get text(): string {
    let text = '';
    for (const node of this.#content) {
      if ('#text' in node) text += this.#decoded(String(node['#text']));
      else if ('#cdata' in node) text += literalOf(node);
    }
    return text;
  }

  get #content(): readonly RawNode[] {
    return (this.#raw[this.name] ?? []) as RawNode[];
  }

  #decoded(text: string): string {
    return decodeEntities(text, (entity) => {
      throw fault(this.#place, this.line, `not well-formed XML: ${entity} is not an entity of XML`);
    });
  }
}

function literalOf(node: RawNode): string {
  const [literal] = node['#cdata'] as unknown as { '#text'?: string }[];
  return String(literal?.['#text'] ?? '');
}

/** Of a document type or an entity; -1: there is none. Each character is looked at once, whatever comments are left open. */
function firstDeclaration(text: string): number {
  for (let at = text.indexOf('<!'); at >= 0; ) {
    const end = literalEnd(text, at);
    if (end === undefined) return at;
    at = end < 0 ? -1 : text.indexOf('<!', end);
  }
  return -1;
}

/** Of the comment or CDATA that begins there; -1: it does not end; undefined: it is neither. */
function literalEnd(text: string, at: number): number | undefined {
  if (text.startsWith('<!--', at)) return text.indexOf('-->', at + 4);
  if (text.startsWith('<![CDATA[', at)) return text.indexOf(']]>', at + 9);
  return undefined;
}

function validate(text: string): true | { line: number; message: string } {
  try {
    const verdict = XMLValidator.validate(text);
    if (verdict === true) return true;
    const { line, msg } = verdict.err;
    return endsEarly(text, msg) ?? { line: line ?? 1, message: msg };
  } catch (error) {
    return { line: 1, message: messageOf(error) };
  }
}

/** A file that was cut off: the validator only lists what is open, as of line 1. */
function endsEarly(text: string, message: string): { line: number; message: string } | undefined {
  const [, open] = /^Invalid '\[(.*)\]' found/s.exec(message) ?? [];
  if (open === undefined) return undefined;
  const names = open.replace(/["\s]/g, '').replaceAll(',', ', ');
  return { line: text.split('\n').length, message: `it ends before ${names} are closed` };
}

function parse(text: string, { file, keepsBlanks }: XmlOptions): RawNode[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
    parseTagValue: false,
    processEntities: false,
    cdataPropName: '#cdata',
    captureMetaData: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: deepest,
    jPath: false,
    tagValueProcessor: (name, value) => (keepsBlanks.has(name) || /\S/.test(value) ? value : ''),
  });
  try {
    return parser.parse(text) as RawNode[];
  } catch (error) {
    const what = faultText(`not well-formed XML: ${messageOf(error)}`);
    throw new PlanError([`${file}:1: ${what}`], { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
