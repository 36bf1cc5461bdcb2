// Reads manifests as kubectl does: files, the files of folders, standard input; YAML or JSON; several documents, lists. Every object
// knows where it is from, so that whoever refuses it can say where to look.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isMap, isSeq, LineCounter, type ParsedNode, parseAllDocuments, type Tags } from 'yaml';
import type { AnyObject } from '../api/object.ts';
import type { Draft } from '../client/resource.ts';

/** As it is written: without what the server adds. */
export type ManifestObject = Draft<AnyObject> & { apiVersion: string; kind: string };

export interface Manifest {
  readonly object: ManifestObject;
  /** `deployment.yml:12`. */
  readonly source: string;
}

/** What cannot be read as manifests; the message is one line that begins with the file and, where there is one, the line. */
export class ManifestError extends Error {
  override name = 'ManifestError';
}

/**
 * In the order given; a folder's files by name, without those below and without JSON that is no manifest, such as a package.json. `-` is
 * standard input. Throws ManifestError, also for a path without
 * a single object.
 */
export function readManifests(paths: readonly string[]): Manifest[] {
  return paths.flatMap((given) => {
    const manifests = read(given);
    if (manifests.length > 0) return manifests;
    throw new ManifestError(`${given === '-' ? 'standard input' : given}: there is no object in it to apply`);
  });
}

function read(given: string): Manifest[] {
  if (given === '-') return parseManifests(readText(0, 'standard input'), 'standard input');
  return filesOf(given)
    .map((file) => ({ file, text: readText(file, file) }))
    .filter(({ file, text }) => file === given || !isSomethingElse(file, text))
    .flatMap(({ file, text }) => parseManifests(text, file));
}

/** `file` is what errors and sources call it. Throws ManifestError. */
export function parseManifests(text: string, file: string): Manifest[] {
  const lines = new LineCounter();
  const options = {
    version: '1.1',
    customTags: withoutSurprises,
    lineCounter: lines,
    prettyErrors: false,
  } as const;
  const documents = parseAllDocuments(text, options);
  return [...documents].flatMap((document) => {
    const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
    const [error] = document.errors;
    if (error)
      throw new ManifestError(`${at(error.pos[0])}: not valid YAML: ${error.message.split('\n')[0]}`);
    const { contents } = document;
    if (contents === null || isEmpty(contents)) return [];
    return objectsOf(contents, plainOf(document, at(contents.range[0])), at);
  });
}

/**
 * kubectl reads YAML 1.1 (`yes` is true, 0644 is octal), but into JSON: without its dates, its sexagesimal numbers (`12:30`) and its
 * binaries, which would turn what people mean as text into something else.
 */
function withoutSurprises(tags: Tags): Tags {
  const unwanted = ['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:binary'];
  return tags.filter(
    (tag) =>
      typeof tag === 'string' || !(unwanted.includes(tag.tag) || ('format' in tag && tag.format === 'TIME')),
  );
}

/** A document of comments only. */
function isEmpty(node: ParsedNode): boolean {
  return 'value' in node && node.value === null;
}

function plainOf(document: { toJS(): unknown }, at: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ManifestError(`${at}: not valid YAML: ${(cause as Error).message.split('\n')[0]}`, { cause });
  }
}

/** The object itself, or those of a list. */
function objectsOf(node: ParsedNode, value: unknown, at: (offset: number) => string): Manifest[] {
  const source = at(node.range[0]);
  if (!isObject(value)) {
    throw new ManifestError(
      `${source}: no object of the API: it must have apiVersion, kind and metadata.name`,
    );
  }
  const { items } = value as { items?: unknown };
  if (!value.kind.endsWith('List') || !Array.isArray(items)) return [named({ object: value, source })];
  const nodes = isMap(node) ? node.get('items', true) : undefined;
  return items.flatMap((item, index) => {
    const itemNode = isSeq(nodes) ? (nodes.items[index] as ParsedNode | undefined) : undefined;
    return objectsOf(itemNode ?? node, item, at);
  });
}

function isObject(value: unknown): value is ManifestObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind } = value as Partial<ManifestObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

/** Applying needs a name: generateName would make another object every time. */
function named(manifest: Manifest): Manifest {
  const { metadata, kind } = manifest.object;
  if (typeof metadata?.name === 'string' && metadata.name !== '') return manifest;
  const isMissing = metadata?.name === undefined || metadata.name === '';
  const what = isMissing ? 'has no metadata.name' : 'needs a text as its metadata.name: put it into quotes';
  throw new ManifestError(`${manifest.source}: the ${kind} ${what}`);
}

function filesOf(given: string): string[] {
  const stats = statSync(given, { throwIfNoEntry: false });
  if (!stats) throw new ManifestError(`${given}: there is no such file or folder`);
  if (!stats.isDirectory()) return [given];
  const files = readdirSync(given, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => path.join(given, entry.name))
    .sort();
  if (files.length === 0) throw new ManifestError(`${given}: no .yaml, .yml or .json in this folder`);
  return files;
}

/** JSON that is broken is looked at by whoever parses it. */
function isSomethingElse(file: string, text: string): boolean {
  if (!file.endsWith('.json')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value !== 'object' || value === null || !('apiVersion' in value || 'kind' in value);
  } catch {
    return false;
  }
}

function readText(file: string | number, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ManifestError(`${name}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}
