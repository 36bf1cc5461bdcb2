// Builds an image from a Dockerfile: stage by stage, line by line, into folders of the store's drafts.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { baseConfig, baseFor, isProgram, knownBases } from '../bases.ts';
import { DockerfileError } from '../dockerfile/dockerfile-error.ts';
import { type Instruction, parseDockerfile } from '../dockerfile/parse.ts';
import { evaluate, splitWords } from '../dockerfile/words.ts';
import { type ImageName, parseImageName } from '../image-name.ts';
import type { StoredImage } from '../image-record.ts';
import type { ImageStore } from '../image-store.ts';
import type { ImageWriter } from '../image-writer.ts';
import { RootWriter } from '../root-writer.ts';
import { BuildArguments } from './arguments.ts';
import { CopyContext } from './context.ts';
import { copyFiles } from './copy.ts';
import { versionWarning } from './host-version.ts';
import { missingRequirements, requirementsOf, usualPath } from './requirements.ts';
import type { Run } from './run-step.ts';
import { commandOf, settings } from './settings.ts';
import { Stage } from './stage.ts';

export interface BuildOptions {
  /** The folder that is built. */
  folder: string;
  /** The file's path. */
  dockerfile: string;
  names: readonly ImageName[];
  buildArgs: Readonly<Record<string, string>>;
  /** What happens with RUN lines; `refuse`: a Dockerfile that has some is an error. */
  runLines: Run | 'skip' | 'refuse';
  /** Called with every line before it is done. */
  onStep?: (text: string) => void;
  signal?: AbortSignal;
}

export interface BuildResult {
  image: StoredImage;
  /** What will not be as the Dockerfile says, a line each. */
  warnings: string[];
}

/** @throws DockerfileError, and Errors whose message is one line. */
export async function buildImage(
  store: ImageStore,
  writer: ImageWriter,
  options: BuildOptions,
): Promise<BuildResult> {
  return new Builder(store, writer, options).build();
}

class Builder {
  readonly #store: ImageStore;
  readonly #writer: ImageWriter;
  readonly #options: BuildOptions;
  readonly #arguments: BuildArguments;
  readonly #stages: Stage[] = [];
  readonly #stageNames = new Map<string, Stage>();
  readonly #warnings: string[] = [];
  #escapeWith = '\\';

  constructor(store: ImageStore, writer: ImageWriter, options: BuildOptions) {
    this.#store = store;
    this.#writer = writer;
    this.#options = options;
    this.#arguments = new BuildArguments(options.buildArgs);
  }

  async build(): Promise<BuildResult> {
    const { dockerfile, names, signal } = this.#options;
    const { instructions, escapeWith } = parseDockerfile(readDockerfile(dockerfile));
    this.#escapeWith = escapeWith;
    this.#refuseRunLines(instructions);
    for (const instruction of instructions) {
      signal?.throwIfAborted();
      await this.#step(instruction);
    }
    const stage = this.#stages.at(-1);
    if (!stage) throw new Error(`${dockerfile} has no FROM line: it begins with FROM python:3, for example`);
    this.#warnings.push(...this.#arguments.unused());
    this.#warnings.push(
      ...(await missingRequirements(stage.requirements, stage.writer.root, [
        process.env.PATH ?? '',
        usualPath,
      ])),
    );
    const { base, config, requirements } = stage;
    const description = { source: 'build' as const, base, config, requirements };
    return {
      image: this.#writer.add(stage.writer.root, description, names),
      warnings: [...new Set(this.#warnings)],
    };
  }

  async #step(instruction: Instruction): Promise<void> {
    const { name, rest, line } = instruction;
    this.#options.onStep?.(`${name} ${rest}`);
    const stage = this.#stages.at(-1);
    if (name === 'FROM') return this.#from(instruction);
    if (name === 'ARG') return this.#arguments.declare(instruction, stage, this.#escapeWith);
    if (!stage) throw new DockerfileError(line, `${name} stands before the first FROM`);
    if (name === 'RUN') return this.#run(stage, instruction);
    if (name === 'COPY' || name === 'ADD') return this.#copy(stage, instruction);
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!setting) throw new DockerfileError(line, unknownInstruction(name));
    if (rest === '') throw new DockerfileError(line, `${name} says nothing`);
    const warning = setting(stage, instruction, stage.scope(line));
    if (warning !== undefined) this.#warnings.push(warning);
  }

  async #from({ rest, line }: Instruction): Promise<void> {
    const scope = this.#arguments.globalScope(this.#escapeWith, line);
    const [wanted = '', as, alias, ...more] = splitWords(rest, this.#escapeWith).map((word) =>
      evaluate(word, scope),
    );
    if (wanted === '' || more.length > 0 || (as !== undefined && (!/^as$/i.test(as) || alias === undefined)))
      throw new DockerfileError(line, 'write FROM IMAGE or FROM IMAGE AS NAME');
    const stage = await this.#begin(wanted, line);
    this.#stages.push(stage);
    if (alias !== undefined) this.#stageNames.set(alias.toLowerCase(), stage);
  }

  async #begin(wanted: string, line: number): Promise<Stage> {
    const files = this.#writer.draft();
    const earlier = this.#stageNames.get(wanted.toLowerCase());
    if (earlier) {
      new RootWriter(files).tree(earlier.writer.root, '/');
      return new Stage(earlier, files, this.#escapeWith);
    }
    const name = parseImageName(wanted);
    if (!name) throw new DockerfileError(line, `"${wanted}" is no name of an image`);
    const stored = this.#store.find(name);
    if (stored) {
      new RootWriter(files).tree(this.#store.filesOf(stored.id), '/');
      return new Stage(stored, files, this.#escapeWith);
    }
    return this.#beginOnHost(name, wanted, files, line);
  }

  async #beginOnHost(name: ImageName, wanted: string, files: string, line: number): Promise<Stage> {
    const base = baseFor(name);
    if (!base) {
      throw new DockerfileError(
        line,
        `FROM ${wanted}: nothing is fetched from a registry; this machine stands for ${knownBases()}, ` +
          `and "relevo image load" brings any other image from an archive of "docker save"`,
      );
    }
    const { config, needs } = baseConfig(base);
    if (needs !== undefined && !isProgram(needs, process.env.PATH ?? ''))
      this.#warnings.push(`FROM ${wanted} stands for this machine's ${needs}, which is missing: install it`);
    const warning = await versionWarning(base, name.tag, wanted);
    if (warning !== undefined) this.#warnings.push(warning);
    return new Stage({ base, config, requirements: [] }, files, this.#escapeWith);
  }

  async #copy(stage: Stage, instruction: Instruction): Promise<void> {
    try {
      await copyFiles(stage, instruction, this.#contextOf(stage, instruction));
    } catch (cause) {
      if (cause instanceof DockerfileError) throw cause;
      const text = (cause as Error).message;
      throw new DockerfileError(instruction.line, `${instruction.name} failed: ${text}`, { cause });
    }
  }

  #contextOf(stage: Stage, { flags, line }: Instruction): CopyContext {
    const { folder, dockerfile } = this.#options;
    if (flags.from === undefined) return CopyContext.ofFolder(folder, dockerfile);
    const from = evaluate(flags.from, stage.scope(line));
    const earlier =
      this.#stageNames.get(from.toLowerCase()) ??
      (/^\d+$/.test(from) ? this.#stages[Number(from)] : undefined);
    if (earlier && earlier !== stage) return CopyContext.ofImage(earlier.writer.root);
    const name = parseImageName(from);
    const stored = name && this.#store.find(name);
    if (stored) return CopyContext.ofImage(this.#store.filesOf(stored.id));
    throw new DockerfileError(
      line,
      `COPY --from=${from}: there is no such stage above, and no such image here`,
    );
  }

  async #run(stage: Stage, { rest, line, flags: { mount } }: Instruction): Promise<void> {
    const { runLines, onStep, signal } = this.#options;
    if (typeof runLines !== 'function') {
      stage.requirements.push(...requirementsOf(rest, stage.writer.root, stage.workingDir));
      this.#warnings.push(`not run: RUN ${rest}`);
      return;
    }
    // A cache may be empty; the others have something in them.
    if (mount !== undefined && !/\btype=(cache|tmpfs)\b/.test(mount))
      throw new DockerfileError(line, `RUN --mount=${mount} is not supported: COPY what the line needs`);
    const args = Object.fromEntries(
      [...stage.args].flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    );
    const step = {
      argv: commandOf(rest, stage),
      env: { ...args, ...stage.config.env },
      ...{ workingDir: stage.workingDir, user: stage.config.user },
      ...{ files: stage.writer.root, base: stage.base },
      said: (text: string) => onStep?.(`  ${text}`),
    };
    const code = await runLines(step, signal).catch((cause) => {
      signal?.throwIfAborted();
      throw new DockerfileError(line, `RUN ${rest} could not be run: ${(cause as Error).message}`, { cause });
    });
    if (code !== 0) throw new DockerfileError(line, `RUN ${rest} ended with exit code ${code}`);
  }

  #refuseRunLines(instructions: readonly Instruction[]): void {
    const lines = instructions.filter(({ name }) => name === 'RUN');
    if (this.#options.runLines !== 'refuse' || lines.length === 0) return;
    const listed = lines.map(({ line, rest }) => `line ${line}: RUN ${rest}`).join('; ');
    throw new Error(
      `the Dockerfile has RUN lines (${listed}): build it with --skip-run, and programs use what this machine has installed, or with --run, which runs them`,
    );
  }
}

function readDockerfile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new Error(`cannot read ${path.resolve(file)}: ${why}; -f names another Dockerfile`, { cause });
  }
}

function unknownInstruction(name: string): string {
  if (name === 'ONBUILD')
    return 'ONBUILD is not supported: write the line into the Dockerfile that is built on this one';
  return `there is no instruction ${name}`;
}
