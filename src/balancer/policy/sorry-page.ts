// The sorry page of a ConfigMap: one entry is what everyone may see, others beside it are for other languages and types:
// `index.html`, `index.es.html`, `index.json`, `index.txt`. Pure.

import type { V1ConfigMap } from '../../api/generated/types.ts';
import type { SorryPage, SorryVariant } from '../../lb/model.ts';

/** Bytes of UTF-8 that one variant may have. */
export const longestPage = 65_536;

export type SorryFault = 'SorryPageMissing' | 'SorryPageTooLarge';

export type SorryReading =
  | { readonly page: SorryPage }
  | { readonly fault: SorryFault; readonly message: string };

const contentTypes: Record<string, string> = {
  html: 'text/html',
  json: 'application/json',
  txt: 'text/plain',
};
const variantName =
  /^(?<base>.*?)(?:\.(?<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.(?<extension>html|json|txt)$/;

/** `configMap` undefined: there is none of that name. A key with another ending is a page of HTML, alone. */
export function readSorryPage(
  configMap: V1ConfigMap | undefined,
  { name, key }: { name: string; key: string },
  retryAfterSeconds: number,
): SorryReading {
  const data = configMap?.data ?? {};
  if (!configMap) return missing(`the ConfigMap "${name}" does not exist`);
  if (data[key] === undefined) return missing(`the ConfigMap "${name}" has no entry "${key}"`);
  const keys = [key, ...siblings(key, Object.keys(data))];
  const large = keys.find((one) => Buffer.byteLength(data[one] ?? '') > longestPage);
  if (large !== undefined) {
    const message = `the entry "${large}" of the ConfigMap "${name}" has more than ${longestPage} bytes`;
    return { fault: 'SorryPageTooLarge', message };
  }
  return { page: { retryAfterSeconds, variants: keys.map((one) => variantOf(one, data[one] ?? '')) } };
}

function missing(message: string): SorryReading {
  return { fault: 'SorryPageMissing', message };
}

function siblings(key: string, keys: readonly string[]): string[] {
  const base = variantName.exec(key)?.groups?.base;
  if (base === undefined) return [];
  return keys.filter((one) => one !== key && variantName.exec(one)?.groups?.base === base).sort();
}

function variantOf(key: string, body: string): SorryVariant {
  const { language, extension = 'html' } = variantName.exec(key)?.groups ?? {};
  const contentType = contentTypes[extension] ?? 'text/html';
  return { contentType, ...(language === undefined ? {} : { language }), body };
}
