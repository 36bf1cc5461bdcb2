// COPY and ADD: which files come from where, and where they go.

import path from 'node:path';
import { DockerfileError } from '../dockerfile/dockerfile-error.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { evaluate, jsonList, type Scope, splitWords } from '../dockerfile/words.ts';
import { extract, isArchive } from '../load/extract.ts';
import type { CopyContext, CopySource } from './context.ts';
import type { Stage } from './stage.ts';

const flagsOf: Readonly<Record<string, readonly string[]>> = {
  COPY: ['from', 'chown', 'chmod', 'link'],
  ADD: ['chown', 'chmod', 'link'],
};

/** Throws DockerfileError, and whatever is wrong with a source. */
export async function copyFiles(stage: Stage, instruction: Instruction, context: CopyContext): Promise<void> {
  const scope = stage.scope(instruction.line);
  const { wanted, target } = wordsOf(instruction, scope);
  const mode = modeOf(instruction, scope);
  const sources = wanted.flatMap((one) => context.find(one));
  const inside = stage.inside(target);
  const intoFolder = target.endsWith('/') || target === '.' || isFolder(stage, inside);
  if (sources.length > 1 && !intoFolder) {
    const { name, line } = instruction;
    throw new DockerfileError(line, `${name} of several files needs a folder as its target: "${target}/"`);
  }
  for (const source of sources) {
    const place =
      intoFolder && !source.isFolder ? path.posix.join(inside, path.basename(source.relative)) : inside;
    if (instruction.name === 'ADD' && !source.isFolder && isArchive(source.place))
      await extract(source.place, stage.writer, { below: inside });
    else copyOne(stage, context, source, place, mode);
  }
}

function copyOne(
  { writer }: Stage,
  context: CopyContext,
  source: CopySource,
  place: string,
  mode: number | undefined,
): void {
  if (source.isFolder) writer.tree(source.place, place, { isWanted: context.wantedBelow(source), mode });
  else writer.copy(source.place, place, mode);
}

function isFolder({ writer }: Stage, inside: string): boolean {
  return writer.find(`${inside.replace(/\/$/, '')}/.`)?.stat.isDirectory() ?? false;
}

function wordsOf({ name, rest, line }: Instruction, scope: Scope): { wanted: string[]; target: string } {
  const words = (jsonList(rest) ?? splitWords(rest, scope.escapeWith)).map((word) => evaluate(word, scope));
  const target = words.pop();
  if (target === undefined || words.length === 0)
    throw new DockerfileError(line, `${name} needs what to copy and where to: ${name} app.py /app/`);
  const address = words.find((word) => /^(https?|ftp|git|ssh):\/\/|^git@/.test(word));
  if (address !== undefined) {
    throw new DockerfileError(line, `${address} is not fetched: download it into the folder and COPY it`);
  }
  return { wanted: words, target };
}

/** Owners are accepted: all files belong to whoever starts the cluster. */
function modeOf({ name, flags, line }: Instruction, scope: Scope): number | undefined {
  const unknown = Object.keys(flags).find((flag) => !flagsOf[name]?.includes(flag));
  if (unknown !== undefined)
    throw new DockerfileError(line, `${name} --${unknown} is not supported: leave it out`);
  if (flags.chmod === undefined) return undefined;
  const text = evaluate(flags.chmod, scope);
  if (!/^[0-7]{3,4}$/.test(text))
    throw new DockerfileError(line, `--chmod is octal, such as 755, not "${text}"`);
  return Number.parseInt(text, 8);
}
