// ARG: what may be said from outside, and where in the file it counts.

import { arch } from 'node:os';
import { DockerfileError } from '../dockerfile/dockerfile-error.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { evaluate, type Scope, splitWords } from '../dockerfile/words.ts';
import { hostArchitecture } from '../host-architecture.ts';
import type { Stage } from './stage.ts';

/** Known without a declaration to be of no use here; nobody is told that they are unused. */
const predefined = /^(https?|ftp|no|all)_proxy$|^BUILDKIT_/i;

export class BuildArguments {
  readonly #given: Readonly<Record<string, string>>;
  readonly #global = new Map<string, string | undefined>();
  readonly #used = new Set<string>();

  constructor(given: Readonly<Record<string, string>>) {
    this.#given = given;
  }

  /** Before the first stage it counts for FROM lines, and as the default of an ARG of the same name. Throws DockerfileError. */
  declare({ rest, line }: Instruction, stage: Stage | undefined, escapeWith: string): void {
    const scope = stage?.scope(line) ?? this.globalScope(escapeWith, line);
    const words = splitWords(rest, escapeWith);
    if (words.length === 0) throw new DockerfileError(line, 'ARG needs a name');
    for (const word of words) {
      const [name = '', ...value] = word.split('=');
      if (!/^\w+$/.test(name))
        throw new DockerfileError(line, `"${word}" is no ARG: write NAME or NAME=default`);
      this.#used.add(name);
      const fallback = value.length > 0 ? evaluate(value.join('='), scope) : stage && this.#outside(name);
      (stage?.args ?? this.#global).set(name, this.#given[name] ?? fallback);
    }
  }

  globalScope(escapeWith: string, line: number): Scope {
    return { escapeWith, line, valueOf: (name) => this.#global.get(name) ?? platform[name] };
  }

  /** A warning for each that no ARG asked for. */
  unused(): string[] {
    return Object.keys(this.#given)
      .filter((name) => !this.#used.has(name) && !predefined.test(name))
      .map((name) => `--build-arg ${name} is not used: the Dockerfile has no ARG ${name}`);
  }

  #outside(name: string): string | undefined {
    return this.#global.get(name) ?? platform[name];
  }
}

const own = `linux/${hostArchitecture(arch())}`;
/** What BuildKit says about the platform by itself. */
const platform: Readonly<Record<string, string>> = {
  ...{ TARGETPLATFORM: own, TARGETOS: 'linux', TARGETARCH: hostArchitecture(arch()) },
  ...{ BUILDPLATFORM: own, BUILDOS: 'linux', BUILDARCH: hostArchitecture(arch()) },
};
