// Functions that read files: only those in the plan's folder and below it, each of them read once.

import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { ValueContext } from '../value-context.ts';
import { type Soon, stored, type TemplateFunction } from './function.ts';

/** What JMeter gives when a file cannot be read. */
const failed = '**ERR**';

export const fileFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** File, encoding (UTF-8), variable. */
  __FileToString: {
    least: 1,
    most: 3,
    call: ([file = '', encoding = '', variable], context) =>
      stored(context, variable, textOf(file, context, encoding.trim()) ?? failed),
    problem: ([file]) => fileProblem(file),
  },
  /** File, variable (StringFromFile_): one line after the other, over all users, and from the start again. */
  __StringFromFile: {
    least: 1,
    most: 2,
    call: ([file = '', variable = 'StringFromFile_'], context, { id }): Soon<string> => {
      const lines = linesOf(file, context);
      if (lines.length === 0) return stored(context, variable, failed);
      const give = (count: number) => stored(context, variable, lines[(count - 1) % lines.length] as string);
      const count = context.shared.count(`line ${id}`);
      return typeof count === 'number' ? give(count) : count.then(give);
    },
    problem: ([file]) => fileProblem(file),
  },
  /** File or alias, column (from 0): of the row that the user has; `next`: it gives that back; `*ALIAS`: the file again, under that name. */
  __CSVRead: {
    least: 2,
    most: 2,
    call: ([name = '', column = ''], context) => csvValue(name.trim(), column.trim(), context),
    problem: ([file]) => (file?.trim().startsWith('*') ? undefined : fileProblem(file)),
  },
};

function csvValue(name: string, column: string, context: ValueContext): Soon<string> {
  const aliases = cacheOf(context).aliases;
  if (column.startsWith('*')) {
    aliases.set(column, name);
    return '';
  }
  const key = `csv row ${name}`;
  if (column === 'next' || column === 'next()') {
    context.own.delete(key);
    return '';
  }
  const rows = linesOf(aliases.get(name) ?? name, context);
  // Comments may follow an empty line.
  const end = rows.indexOf('');
  const count = end < 0 ? rows.length : end;
  if (count === 0) return '';
  const value = (row: string) => row.split(',')[Number(column)] ?? '';
  const row = context.own.get(key);
  if (typeof row === 'string') return value(row);
  const take = (number: number) => {
    const taken = rows[(number - 1) % count] as string;
    context.own.set(key, taken);
    return value(taken);
  };
  const soon = context.shared.count(key);
  return typeof soon === 'number' ? take(soon) : soon.then(take);
}

interface FileCache {
  readonly texts: Map<string, string | undefined>;
  readonly lines: Map<string, readonly string[]>;
  readonly aliases: Map<string, string>;
}

/** A worker's users have their properties in common, and the files as well. */
const caches = new WeakMap<ReadonlyMap<string, string>, FileCache>();

function cacheOf({ properties }: ValueContext): FileCache {
  let cache = caches.get(properties);
  if (cache === undefined) {
    cache = { texts: new Map(), lines: new Map(), aliases: new Map() };
    caches.set(properties, cache);
  }
  return cache;
}

function linesOf(file: string, context: ValueContext): readonly string[] {
  const { lines } = cacheOf(context);
  let found = lines.get(file);
  if (found === undefined) {
    const text = textOf(file, context, '')?.replace(/\r?\n$/, '');
    found = text === undefined || text === '' ? [] : text.split(/\r?\n/);
    lines.set(file, found);
  }
  return found;
}

function textOf(file: string, context: ValueContext, encoding: string): string | undefined {
  const { texts } = cacheOf(context);
  const key = `${encoding} ${file}`;
  if (!texts.has(key)) texts.set(key, read(file, context.folder, encoding));
  return texts.get(key);
}

function read(file: string, folder: string, encoding: string): string | undefined {
  try {
    const whole = realpathSync(path.resolve(folder, file.trim()));
    const base = realpathSync(folder);
    if (!whole.startsWith(base.endsWith(path.sep) ? base : base + path.sep)) return undefined;
    return new TextDecoder(encoding || 'utf-8').decode(readFileSync(whole));
  } catch {
    // JMeter's answer to a file that is not there is a value, not the end of the run.
    return undefined;
  }
}

function fileProblem(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const inside = path.normalize(file.trim());
  return path.isAbsolute(inside) || inside.startsWith('..')
    ? `the file ${inside}: only files in the plan's folder and below it are read`
    : undefined;
}
