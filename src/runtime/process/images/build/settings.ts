// The instructions that only say something about an image: they change its configuration and no file but folders.

import { constants } from 'node:os';
import path from 'node:path';
import { DockerfileError } from '../dockerfile/dockerfile-error.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { evaluate, jsonList, type Scope, splitWords } from '../dockerfile/words.ts';
import { signalName } from '../image-record.ts';
import type { Stage } from './stage.ts';

/** Throws DockerfileError. What it returns is a warning. */
type Setting = (stage: Stage, instruction: Instruction, scope: Scope) => string | undefined;

/** By the instruction's name. */
export const settings: Readonly<Record<string, Setting>> = {
  ENV(stage, instruction, scope) {
    stage.config.env = { ...stage.config.env, ...pairs(instruction, scope) };
    return undefined;
  },
  LABEL(stage, instruction, scope) {
    stage.config.labels = { ...stage.config.labels, ...pairs(instruction, scope) };
    return undefined;
  },
  WORKDIR(stage, { rest }, scope) {
    stage.config.workingDir = path.posix.resolve(stage.workingDir, evaluate(rest, scope));
    stage.writer.folder(stage.config.workingDir);
    return undefined;
  },
  EXPOSE(stage, { rest, line }, scope) {
    const ports = splitWords(rest, scope.escapeWith).map((word) => portOf(evaluate(word, scope), line));
    stage.config.exposedPorts = [...new Set([...stage.config.exposedPorts, ...ports])];
    return undefined;
  },
  USER(stage, { rest }, scope) {
    stage.config.user = evaluate(rest, scope);
    return undefined;
  },
  ENTRYPOINT(stage, { rest }) {
    stage.config.entrypoint = commandOf(rest, stage);
    if (!stage.ownCmd) stage.config.cmd = [];
    return undefined;
  },
  CMD(stage, { rest }) {
    stage.config.cmd = commandOf(rest, stage);
    stage.ownCmd = true;
    return undefined;
  },
  SHELL(stage, { rest, line }) {
    const shell = jsonList(rest);
    if (!shell?.length) throw new DockerfileError(line, 'SHELL is a list: SHELL ["/bin/bash", "-c"]');
    stage.shell = shell;
    return undefined;
  },
  STOPSIGNAL(stage, { rest, line }, scope) {
    const signal = signalName(evaluate(rest, scope), constants.signals);
    if (!(signal in constants.signals)) throw new DockerfileError(line, `"${rest}" is no signal`);
    stage.config.stopSignal = signal;
    return undefined;
  },
  VOLUME(stage, { rest }, scope) {
    const folders = jsonList(rest) ?? splitWords(rest, scope.escapeWith);
    for (const folder of folders) stage.writer.folder(stage.inside(evaluate(folder, scope)));
    return undefined;
  },
  HEALTHCHECK(_stage, { rest }) {
    if (/^NONE$/i.test(rest)) return undefined;
    return 'HEALTHCHECK has no effect: give the container a livenessProbe or a readinessProbe';
  },
  MAINTAINER: () => undefined,
};

/** The exec form as it is, the shell form given to the stage's shell. */
export function commandOf(rest: string, { shell }: Stage): string[] {
  return jsonList(rest) ?? (rest === '' ? [] : [...shell, rest]);
}

/** `A=1 B="2 3"`, or as of old `A all the rest`. */
function pairs({ name, rest, line }: Instruction, scope: Scope): Record<string, string> {
  const words = splitWords(rest, scope.escapeWith);
  const [first = ''] = words;
  if (!first.includes('=') && words.length > 1) {
    return { [evaluate(first, scope)]: evaluate(rest.slice(first.length).trim(), scope) };
  }
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new DockerfileError(line, `${name} needs NAME=VALUE, but has "${word}"`);
      return [evaluate(word.slice(0, at), scope), evaluate(word.slice(at + 1), scope)];
    }),
  );
}

function portOf(text: string, line: number): string {
  const [, port = '', protocol = 'tcp'] =
    /^(\d+(?:-\d+)?)(?:\/(tcp|udp|sctp))?$/.exec(text.toLowerCase()) ?? [];
  if (port === '') throw new DockerfileError(line, `"${text}" is no port: write EXPOSE 5000 or 5000/udp`);
  return `${port}/${protocol}`;
}
