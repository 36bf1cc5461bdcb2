// JSONPaths of a plan, read once.

import { findJson } from './find-json.ts';
import { isDefinite, type JsonPath, JsonPathError } from './json-path.ts';
import type { Json } from './json-text.ts';
import { parseJsonPath } from './parse-json-path.ts';

export class CompiledJsonPath {
  readonly #path: JsonPath;
  /** It leads to one value at most, and to a fault when that is missing. */
  readonly isDefinite: boolean;

  constructor(path: JsonPath) {
    this.#path = path;
    this.isDefinite = isDefinite(path);
  }

  /** Throws JsonPathError. */
  find(root: Json): Json[] {
    return findJson(this.#path, root);
  }
}

const compiled = new Map<string, CompiledJsonPath | JsonPathError>();
const most = 500;

/** Throws JsonPathError. */
export function jsonPathOf(text: string): CompiledJsonPath {
  let path = compiled.get(text);
  if (path === undefined) {
    if (compiled.size >= most) compiled.clear();
    path = newPath(text);
    compiled.set(text, path);
  }
  if (path instanceof JsonPathError) throw path;
  return path;
}

function newPath(text: string): CompiledJsonPath | JsonPathError {
  try {
    return new CompiledJsonPath(parseJsonPath(text));
  } catch (error) {
    if (error instanceof JsonPathError) return error;
    throw error;
  }
}
