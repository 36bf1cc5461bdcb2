// Functions that turn one text into another.

import { createHash, getHashes } from 'node:crypto';
import { escapeHtml, unescapeHtml } from '../text/html-entities.ts';
import { CannotEvaluate, stored, type TemplateFunction } from './function.ts';

export const textFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** As forms are encoded: a blank is `+`. */
  __urlencode: one((text) => formEncoded(text)),
  __urldecode: one((text) => formDecoded(text)),
  __escapeHtml: one(escapeHtml),
  __unescapeHtml: one(unescapeHtml),
  __escapeXml: one((text) => text.replace(/[&<>"']/g, (char) => xml[char] as string)),
  /** Java's escapes: `\n`, `\u00e9`. */
  __unescape: one(unescapeJava),
  /** Everything but letters, digits and `_`. */
  __escapeOroRegexpChars: {
    least: 1,
    most: 2,
    call: ([text = '', variable], context) =>
      stored(context, variable, text.replace(/[^\p{L}\p{Nd}_]/gu, '\\$&')),
  },
  /** text, UPPER (default), LOWER or CAPITALIZE, variable. */
  __changeCase: {
    least: 1,
    most: 3,
    call: ([text = '', mode = '', variable], context) =>
      stored(context, variable, changedCase(text, mode.toUpperCase() || 'UPPER')),
  },
  /** Codes of characters: 65, 0x41, 0101. */
  __char: {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    call: (codes) => codes.map((code) => charOf(code.trim())).join(''),
  },
  /** Algorithm as Java calls it, text, salt (behind the text), TRUE for upper case, variable. */
  __digest: {
    least: 2,
    most: 5,
    call: ([algorithm = '', text = '', salt = '', isUpper = '', variable], context) => {
      const name = hashOf(algorithm);
      if (name === undefined) throw new CannotEvaluate(`the digest ${algorithm}`);
      const hex = createHash(name).update(text).update(salt).digest('hex');
      return stored(context, variable, isUpper.toLowerCase() === 'true' ? hex.toUpperCase() : hex);
    },
    problem: ([algorithm]) =>
      algorithm === undefined || hashOf(algorithm) ? undefined : `the digest "${algorithm}"`,
  },
};

const xml: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function one(turn: (text: string) => string): TemplateFunction {
  return { least: 1, most: 1, call: ([text = '']) => turn(text) };
}

function formEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** What cannot be decoded as UTF-8 is so many replacement characters. */
function formDecoded(text: string): string {
  if (/%(?![\da-fA-F]{2})/.test(text)) throw new CannotEvaluate(`"${text}" is not percent-encoded`);
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-fA-F]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
    );
}

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function unescapeJava(text: string): string {
  return text.replace(/\\(?:u+([\da-fA-F]{4})|([0-3]?[0-7]{1,2})|([\s\S]))/g, (_, hex, octal, char) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return controls[char] ?? char;
  });
}

/** A mode that JMeter does not know leaves the text as it is. */
function changedCase(text: string, mode: string): string {
  if (mode === 'UPPER') return text.toUpperCase();
  if (mode === 'LOWER') return text.toLowerCase();
  if (mode !== 'CAPITALIZE') return text;
  const [first = ''] = text;
  return `${first.toUpperCase()}${text.slice(first.length)}`;
}

/** As Integer.decode reads it; what is no number is nothing. */
function charOf(text: string): string {
  const [, sign = '', hex, octal, decimal] =
    /^([+-]?)(?:(?:0[xX]|#)([\da-fA-F]+)|0([0-7]+)|(\d+))$/.exec(text) ?? [];
  const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : Number(decimal);
  return Number.isNaN(code) ? '' : String.fromCharCode(sign === '-' ? -code : code);
}

const hashes = new Set(getHashes().map((name) => name.toLowerCase()));

function hashOf(algorithm: string): string | undefined {
  const name = algorithm.trim().toLowerCase().replace('sha-', 'sha').replace('sha3-', 'sha3-');
  return hashes.has(name) ? name : undefined;
}
