// Absolute paths in a container's command and environment, for a program that sees the host's root: those that lie in the container's
// folder lead there, those of the host stay, and those that are nowhere are found out.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreateContainerError } from '../errors.ts';

const shells = /^(sh|bash|dash|ash)$/;
/** In a script: after a blank, a quote or what else may stand before a path. */
const pathsInScript = /(?<=^|[\s"'=:;|&<>(])\/[^\s"'=:;|&<>()$`*?]+/g;

export class DisplacedPaths {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** `missing` has the paths of arguments that are nowhere. Throws CreateContainerError when the program itself is nowhere. */
  command(argv: readonly string[]): { words: string[]; missing: string[] } {
    const [program = '', ...args] = argv;
    if (path.isAbsolute(program) && this.#inContainer(program) === undefined && !existsSync(program)) {
      throw new CreateContainerError(
        `there is no program "${program}", neither in the image's files nor on this machine: correct the command, or COPY it into the image`,
      );
    }
    const missing = new Set<string>();
    const isScript = (at: number) =>
      shells.test(path.basename(program)) && /^-\w*c$/.test(args[at - 1] ?? '');
    const words = args.map((word, at) =>
      isScript(at) ? this.#script(word, missing) : this.#word(word, missing),
    );
    return { words: [this.#inContainer(program) ?? program, ...words], missing: [...missing] };
  }

  /** Of the image. PATH goes on with the host's, where the programs of its base are. */
  environment(env: Readonly<Record<string, string>>, hostPath: string): Record<string, string> {
    const displaced = Object.entries(env).map(([name, value]) => [name, this.#list(value)]);
    const all: Record<string, string> = Object.fromEntries(displaced);
    return all.PATH === undefined ? all : { ...all, PATH: `${all.PATH}:${hostPath}` };
  }

  /** `/a/b`, `--option=/a/b`. */
  #word(word: string, missing: Set<string>): string {
    const [, before = '', absolute] = /^(-[^=]*=)?(\/.*)$/s.exec(word) ?? [];
    return absolute === undefined ? word : before + this.#found(absolute, missing);
  }

  #script(text: string, missing: Set<string>): string {
    return text.replaceAll(pathsInScript, (absolute) => this.#found(absolute, missing));
  }

  #list(value: string): string {
    return value
      .split(':')
      .map((one) => (path.isAbsolute(one) ? (this.#inContainer(one) ?? one) : one))
      .join(':');
  }

  #found(absolute: string, missing: Set<string>): string {
    const inside = this.#inContainer(absolute);
    if (inside !== undefined) return inside;
    // Where the host has the folder, it is a file that the program makes, or no file at all, such as the path of an address.
    if (!existsSync(absolute) && !existsSync(path.dirname(absolute))) missing.add(absolute);
    return absolute;
  }

  /** Undefined when it is not there. The root itself is the host's. */
  #inContainer(absolute: string): string | undefined {
    if (!path.isAbsolute(absolute) || /^\/+$/.test(absolute)) return undefined;
    const place = path.join(this.#root, path.posix.join('/', absolute));
    return existsSync(place) ? place : undefined;
  }
}
