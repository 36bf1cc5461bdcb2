// The real JMeter, Debian's 2.13: runs a plan, and opens results.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { runProgram } from '../../../src/base/run-program.ts';

const home = '/usr/share/jmeter';
const sources = fileURLToPath(new URL('./jmeter/', import.meta.url));
const opened = [
  'java.base/java.util',
  'java.base/java.lang',
  'java.base/java.text',
  'java.desktop/java.awt.font',
];
const libraries = ['/usr/share/java/xstream.jar', '/usr/share/java/xpp3.jar', `${home}/bin/ApacheJMeter.jar`];
const saved = {
  output_format: 'csv',
  print_field_names: 'true',
  assertion_results_failure_message: 'true',
  response_message: 'true',
  thread_counts: 'true',
};

/** A row of a .jtl, by JMeter's names of columns. */
export type JtlRow = Readonly<Record<string, string>>;

export function jtlRows(file: string): JtlRow[] {
  return parse(readFileSync(file, 'utf8'), { columns: true, relax_column_count: true }) as JtlRow[];
}

export class JMeter {
  readonly #folder: string;

  /** `folder` is an empty one that it may fill. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(this.#classes);
    const inPlanner = ['-cp', `${classPath([`${home}/lib`, `${home}/lib/ext`, '/usr/share/java'])}`];
    const files = ['SecurityMapper.java', 'ReadJtl.java'].map((name) => path.join(sources, name));
    execFileSync('javac', ['-nowarn', ...inPlanner, '-d', this.#classes, ...files], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Resolves with the rows of its .jtl. */
  async run(plan: string, properties: Readonly<Record<string, string>>): Promise<JtlRow[]> {
    const results = path.join(this.#folder, `${path.basename(plan)}.jtl`);
    const named = Object.entries(properties).map(([name, value]) => `-J${name}=${value}`);
    const how = Object.entries(saved).map(([name, value]) => `-Jjmeter.save.saveservice.${name}=${value}`);
    const log = path.join(this.#folder, 'jmeter.log');
    await this.#java([
      'org.apache.jmeter.NewDriver',
      '-n',
      '-t',
      plan,
      '-l',
      results,
      '-j',
      log,
      ...how,
      ...named,
    ]);
    return jtlRows(results);
  }

  /** What its listeners are shown of a file: label, success, code, elapsed, timestamp, thread, bytes and latency of each sample. */
  async open(file: string): Promise<string[][]> {
    const out = await this.#java(
      ['ReadJtl', home, file],
      classPath([`${home}/lib`, `${home}/lib/ext`, '/usr/share/java']),
    );
    return out
      .split('\n')
      .filter((line) => line.includes('\t'))
      .map((line) => line.split('\t'));
  }

  #java(args: readonly string[], more = ''): Promise<string> {
    const classes = [this.#classes, ...libraries, ...(more === '' ? [] : [more])].join(':');
    const opens = opened.flatMap((one) => ['--add-opens', `${one}=ALL-UNNAMED`]);
    const memory = ['-Xmx256m', '-Djava.awt.headless=true', `-Djmeter.home=${home}`];
    return runProgram(['java', ...opens, ...memory, '-cp', classes, ...args]);
  }

  get #classes(): string {
    return path.join(this.#folder, 'classes');
  }
}

/** All archives of these folders. */
function classPath(folders: readonly string[]): string {
  return folders.map((folder) => `${folder}/*`).join(':');
}
