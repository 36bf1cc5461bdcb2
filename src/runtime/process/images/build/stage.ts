// One stage of a Dockerfile while it is built: what FROM began with, and what the lines so far have added.

import path from 'node:path';
import type { Scope } from '../dockerfile/words.ts';
import type { BaseName, ImageConfig, Requirement } from '../image-record.ts';
import { RootWriter } from '../root-writer.ts';
import { usualPath } from './requirements.ts';

type Changing = { -readonly [K in keyof ImageConfig]: ImageConfig[K] };

export class Stage {
  readonly base: BaseName | 'own';
  readonly config: Changing;
  readonly writer: RootWriter;
  readonly requirements: Requirement[];
  readonly args = new Map<string, string | undefined>();
  shell: readonly string[] = ['/bin/sh', '-c'];
  /** A CMD of this stage survives a later ENTRYPOINT, one of the base does not. */
  ownCmd = false;
  readonly #escapeWith: string;

  constructor(
    from: { base: BaseName | 'own'; config: ImageConfig; requirements: readonly Requirement[] },
    files: string,
    escapeWith: string,
  ) {
    this.base = from.base;
    this.config = { ...from.config };
    this.requirements = [...from.requirements];
    this.writer = new RootWriter(files);
    this.#escapeWith = escapeWith;
  }

  get workingDir(): string {
    return this.config.workingDir || '/';
  }

  /** An absolute path; a relative one counts from the working directory. The slash at its end stays. */
  inside(text: string): string {
    const resolved = path.posix.resolve(this.workingDir, text);
    return text.endsWith('/') && resolved !== '/' ? `${resolved}/` : resolved;
  }

  scope(line: number): Scope {
    return { escapeWith: this.#escapeWith, line, valueOf: (name) => this.#valueOf(name) };
  }

  #valueOf(name: string): string | undefined {
    const { env } = this.config;
    if (Object.hasOwn(env, name)) return env[name];
    return this.args.get(name) ?? (name === 'PATH' ? usualPath : undefined);
  }
}
