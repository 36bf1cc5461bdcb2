// JSON patch (RFC 6902). The library changes the document; this file bounds the work and says what failed in Kubernetes' words.
// Pointers are resolved here first: the library reads inherited properties (`toString`) and skips over `constructor`.

import { applyPatch, type Operation } from 'rfc6902';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import { badRequest, StatusError, tooLarge } from '../status.ts';
import { isObject, type JsonObject, own } from './json-value.ts';

const maxOperations = 10_000;
/** How much all copy operations together may add, in bytes of JSON: doubling in place reaches gigabytes in thirty operations. */
const maxCopiedBytes = 3 * 1024 * 1024;

/**
 * Applies RFC 6902 operations in order; none takes effect if one fails. The result shares nothing with the inputs.
 * Throws 400 when `operations` is no list of objects, 413 for more than 10,000, and 422 for an operation that does
 * not apply: the message is Kubernetes' general one, the cause says which and why.
 */
export function applyJsonPatch<T extends object>(object: T, operations: unknown): T {
  const list = decoded(operations);
  const document = jsonClone(object);
  let copiedBytes = 0;
  for (const operation of list) {
    check(document, operation);
    if (operation.op === 'copy') copiedBytes = withCopy(copiedBytes, document, operation);
    perform(document, operation);
  }
  return document;
}

function decoded(operations: unknown): JsonObject[] {
  if (!Array.isArray(operations)) throw undecodable(operations, 'jsonpatch.Patch');
  if (operations.length > maxOperations) {
    throw tooLarge(
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`,
    );
  }
  for (const operation of operations) {
    if (!isObject(operation)) throw undecodable(operation, 'jsonpatch.Operation');
  }
  return operations;
}

function undecodable(value: unknown, wanted: string): StatusError {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return badRequest(`json: cannot unmarshal ${kind} into Go value of type ${wanted}`);
}

/** Kubernetes keeps the reason of a 422 to itself; kubectl shows causes, so it goes there. */
function failed(reason: string, cause?: unknown): StatusError {
  const message = 'the server rejected our request due to an error in our request';
  return new StatusError(
    422,
    'Invalid',
    message,
    { causes: [{ message: reason }] },
    cause === undefined ? undefined : { cause },
  );
}

const checks: Record<string, (document: unknown, operation: JsonObject, path: string) => void> = {
  add: (document, operation, path) => {
    requireValue(operation);
    requireRoom(document, path, 'add');
  },
  remove: (document, _operation, path) => {
    const { parent, key } = requireParent(document, path, 'remove');
    if (childOf(parent, key) !== undefined) return;
    throw failed(
      `error in remove for path: '${path}': Unable to remove nonexistent key: ${key}: missing value`,
    );
  },
  replace: (document, operation, path) => {
    requireValue(operation);
    const { parent, key } = requireParent(document, path, 'replace');
    if (childOf(parent, key) !== undefined) return;
    throw failed(`replace operation does not apply: doc is missing key: ${path}: missing value`);
  },
  move: (document, operation, path) => {
    requireSource(document, operation, 'move');
    requireRoom(document, path, 'move');
  },
  copy: (document, operation, path) => {
    requireSource(document, operation, 'copy');
    requireRoom(document, path, 'copy');
  },
  test: (document, operation, path) => {
    requireValue(operation);
    const place = path === '' ? undefined : requireParent(document, path, 'test');
    const actual = place ? childOf(place.parent, place.key) : document;
    // Not the library's test: it looks for the shortest edit between two lists, in quadratic time.
    if (deepEqual(actual ?? null, operation.value)) return;
    throw failed(`testing value ${path} failed: test failed`);
  },
};

/** Throws what Kubernetes says when the operation is malformed or its places do not exist in the document. */
function check(document: unknown, operation: JsonObject): void {
  const op = own(operation, 'op');
  const path = own(operation, 'path');
  if (typeof op !== 'string' || !Object.hasOwn(checks, op)) {
    throw failed(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`);
  }
  if (typeof path !== 'string') throw failed(`${op} operation failed to decode path: missing value`);
  checks[op]?.(document, operation, path);
}

function requireValue(operation: JsonObject): void {
  if (!Object.hasOwn(operation, 'value')) throw failed(`${operation.op} operation is missing its value`);
}

interface Place {
  parent: JsonObject | unknown[];
  key: string;
}

/** Where a pointer leads; undefined when a part before the last does not exist, or for the document itself. */
function placeOf(document: unknown, path: string): Place | undefined {
  const tokens = path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (tokens.length < 2 || tokens[0] !== '') return undefined;
  let parent: unknown = document;
  for (const token of tokens.slice(1, -1)) parent = childOf(parent, token);
  const key = tokens.at(-1) as string;
  return typeof parent === 'object' && parent !== null
    ? { parent: parent as Place['parent'], key }
    : undefined;
}

function childOf(parent: unknown, key: string): unknown {
  if (Array.isArray(parent)) return isIndex(key) ? parent[Number(key)] : undefined;
  return isObject(parent) ? own(parent, key) : undefined;
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

const skippedByLibrary = /(^|\/)(__proto__|constructor|prototype)(\/|$)/;

function requireParent(document: unknown, path: string, op: string): Place {
  if (skippedByLibrary.test(path))
    throw failed(`${op} operation does not apply: path "${path}" is not supported`);
  const place = placeOf(document, path);
  if (place) return place;
  throw failed(`${op} operation does not apply: doc is missing path: "${path}": missing value`);
}

/** A place where a value can be put: a member of an object, an index up to the length of a list, or `-`. */
function requireRoom(document: unknown, path: string, op: string): void {
  const { parent, key } = requireParent(document, path, op);
  if (!Array.isArray(parent) || key === '-') return;
  if (isIndex(key) && Number(key) <= parent.length) return;
  throw failed(
    `error in ${op} for path: '${path}': Unable to access invalid index: ${key}: invalid index referenced`,
  );
}

function requireSource(document: unknown, operation: JsonObject, op: string): void {
  const from = own(operation, 'from');
  if (typeof from !== 'string') throw failed(`${op} operation failed to decode from: missing value`);
  const { parent, key } = requireParent(document, from, op);
  if (childOf(parent, key) !== undefined) return;
  throw failed(`${op} operation does not apply: doc is missing from path: "${from}": missing value`);
}

function withCopy(copiedBytes: number, document: unknown, operation: JsonObject): number {
  const place = placeOf(document, operation.from as string);
  const total = copiedBytes + JSON.stringify(place && childOf(place.parent, place.key)).length;
  if (total <= maxCopiedBytes) return total;
  throw failed(
    `Unable to complete the copy, the accumulated size increase of copy is ${total}, exceeding the limit ${maxCopiedBytes}`,
  );
}

function perform(document: object, operation: JsonObject): void {
  if (operation.op === 'test') return;
  const [error] = applyPatch(document, [operation as unknown as Operation]);
  if (!error) return;
  throw failed(`error in ${operation.op} for path: '${operation.path}': ${error.message}`, error);
}
