// Where COPY and ADD take files from: the folder that is built without what .dockerignore leaves out, or the files of another image.

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { IgnoreRules } from '../dockerfile/ignore.ts';
import { isPattern, patternRegExp } from '../dockerfile/pattern.ts';
import { placeIn } from '../rooted-path.ts';

export interface CopySource {
  /** On the host. */
  place: string;
  /** Below the context, with `/`; empty: all of it. */
  relative: string;
  isFolder: boolean;
}

/** A source that is not there, or not allowed; the message is one line. */
export class CopySourceError extends Error {
  override name = 'CopySourceError';
}

export class CopyContext {
  readonly root: string;
  readonly #rules: IgnoreRules;
  readonly #isImage: boolean;

  private constructor(root: string, rules: IgnoreRules, isImage: boolean) {
    this.root = root;
    this.#rules = rules;
    this.#isImage = isImage;
  }

  /** The folder that is built. `dockerfile` may have an ignore file of its own beside it. */
  static ofFolder(folder: string, dockerfile: string): CopyContext {
    const files = [`${dockerfile}.dockerignore`, path.join(folder, '.dockerignore')];
    const file = files.find((one) => existsSync(one));
    try {
      const rules = new IgnoreRules(file === undefined ? '' : readFileSync(file, 'utf8'));
      return new CopyContext(realpathSync(folder), rules, false);
    } catch (cause) {
      throw new Error(`${file ?? folder}: ${(cause as Error).message}`, { cause });
    }
  }

  static ofImage(files: string): CopyContext {
    return new CopyContext(files, new IgnoreRules(), true);
  }

  /** Those that fit, at least one. Throws CopySourceError. */
  find(wanted: string): CopySource[] {
    const relative = cleaned(wanted);
    const found = isPattern(relative) ? this.#matching(relative) : [this.#one(relative)];
    const there = found.filter((source) => source !== undefined);
    if (there.length > 0) return there;
    const reason = this.#rules.ignores(relative) ? '.dockerignore leaves it out' : `look in ${this.root}`;
    const where = this.#isImage ? 'in the image it is copied from' : 'in the folder that is built';
    throw new CopySourceError(`there is no "${wanted}" ${where}${this.#isImage ? '' : ` (${reason})`}`);
  }

  /** For RootWriter.tree(): whether a path below `source` is part of the context. */
  wantedBelow({ relative }: CopySource): (below: string) => boolean {
    return (below) => this.#isWanted(path.posix.join(relative, below));
  }

  /** A folder is, too, when something in it may be brought back. */
  #isWanted(relative: string): boolean {
    if (!this.#rules.ignores(relative)) return true;
    return !this.#rules.isFinal && lstatSync(path.join(this.root, relative)).isDirectory();
  }

  #one(relative: string): CopySource | undefined {
    const place = this.#place(relative);
    const stat = place === undefined ? undefined : statSync(place, { throwIfNoEntry: false });
    if (place === undefined || !stat || (relative !== '' && !this.#isWanted(relative))) return undefined;
    return { place, relative, isFolder: stat.isDirectory() };
  }

  /** A source that is a link is what it leads to, which has to be within. */
  #place(relative: string): string | undefined {
    if (this.#isImage) return placeIn(this.root, relative, { followLast: true });
    try {
      const place = realpathSync(path.join(this.root, relative));
      if (place === this.root || place.startsWith(`${this.root}${path.sep}`)) return place;
    } catch {
      return undefined;
    }
    throw new CopySourceError(`"${relative}" leads out of the folder that is built`);
  }

  #matching(pattern: string): (CopySource | undefined)[] {
    const expression = patternRegExp(pattern);
    const depth = pattern.split('/').length;
    return this.#walk('', pattern.includes('**') ? Number.POSITIVE_INFINITY : depth)
      .filter((relative) => expression.test(relative) && !this.#rules.ignores(relative))
      .map((relative) => this.#one(relative));
  }

  #walk(folder: string, depth: number): string[] {
    if (depth === 0) return [];
    const entries = readdirSync(path.join(this.root, folder), { withFileTypes: true });
    return entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const relative = path.posix.join(folder, entry.name);
        if (!this.#isWanted(relative)) return [];
        return [relative, ...(entry.isDirectory() ? this.#walk(relative, depth - 1) : [])];
      });
  }
}

/** A leading slash means the context's root. Throws for a path that leads out of it. */
function cleaned(wanted: string): string {
  const parts: string[] = [];
  for (const part of wanted.split('/')) {
    if (part === '..' && parts.pop() === undefined) {
      throw new CopySourceError(`"${wanted}" leads out of the folder that is built`);
    }
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}
