// A text of JSON in which paths are looked up: read once, and once more with exact numbers when some are asked for.

import type { CompiledJsonPath } from './compiled-json-path.ts';
import { deepest, JsonPathError } from './json-path.ts';
import { isArray, type Json, parseJson } from './json-text.ts';

/** Something that looks like a number that JavaScript does not keep as it is written. */
const inexact = /\d{16}|\d[.eE]/;

export class JsonDocument {
  readonly #text: string;
  readonly #quick: Json;
  #exact: Json | undefined;

  /** Throws SyntaxError. */
  constructor(text: string) {
    this.#text = text;
    this.#quick = JSON.parse(text);
  }

  /** Throws JsonPathError. Exact numbers cost ten times as much: most look for texts. */
  find(path: CompiledJsonPath): Json[] {
    try {
      const found = path.find(this.#quick);
      if (!haveNumbers(found) || !inexact.test(this.#text)) return found;
      this.#exact ??= parseJson(this.#text);
      return path.find(this.#exact);
    } catch (error) {
      // The engine's own reading, and comparing in filters, goes as deep as the text does.
      if (error instanceof RangeError) throw tooDeep();
      throw error;
    }
  }
}

function tooDeep(): JsonPathError {
  return new JsonPathError('the body is nested too deeply');
}

/** Looks at all of them, so that whoever works with them need not ask how deep they are. Throws JsonPathError. */
function haveNumbers(values: readonly Json[], depth = 0): boolean {
  if (depth > deepest) throw tooDeep();
  let have = false;
  for (const value of values) {
    if (typeof value === 'number') have = true;
    else if (typeof value === 'object' && value !== null) {
      have = haveNumbers(isArray(value) ? value : Object.values(value), depth + 1) || have;
    }
  }
  return have;
}
