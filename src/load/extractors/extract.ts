// Takes values out of an answer and puts them into the user's variables: prepares each extractor once.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Extractor } from '../plan/http-step.ts';
import type { ValueContext } from '../values/value-context.ts';
import { boundaryExtraction } from './boundary-extraction.ts';
import type { Extraction } from './extraction.ts';
import { jsonExtraction } from './json-extraction.ts';
import { regexExtraction } from './regex-extraction.ts';

const prepared = new WeakMap<Extractor, Extraction>();

/** A promise only where a template of the extractor is one. */
export function extract(
  extractor: Extractor,
  answer: HttpAnswer,
  context: ValueContext,
): void | Promise<void> {
  let extraction = prepared.get(extractor);
  if (extraction === undefined) {
    extraction = extractionOf(extractor);
    prepared.set(extractor, extraction);
  }
  return extraction.run(answer, context);
}

function extractionOf(extractor: Extractor): Extraction {
  switch (extractor.type) {
    case 'regex':
      return regexExtraction(extractor);
    case 'boundary':
      return boundaryExtraction(extractor);
    case 'json':
      return jsonExtraction(extractor);
  }
}
