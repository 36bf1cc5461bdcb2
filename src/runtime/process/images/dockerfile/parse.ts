// A Dockerfile's text as instructions: parser directives, comments and continued lines are taken care of here, words and variables are not
// (words.ts). The grammar is Docker's: https://docs.docker.com/reference/dockerfile/

import { DockerfileError } from './dockerfile-error.ts';

export interface Instruction {
  /** In capitals: `COPY`. */
  name: string;
  /** `--chown=1:1` before everything else; a flag without a value is `true`. */
  flags: Readonly<Record<string, string>>;
  /** What follows, continued lines joined. */
  rest: string;
  /** Where it begins, from 1. */
  line: number;
}

export interface ParsedDockerfile {
  instructions: Instruction[];
  /** The escape character: a backslash, or a backtick where a directive says so. */
  escapeWith: string;
}

interface LogicalLine {
  text: string;
  line: number;
}

/** @throws DockerfileError */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escapeWith = escapeOf(lines);
  return { instructions: logicalLines(lines, escapeWith).map(instructionOf), escapeWith };
}

/** Directives stand before everything else, comments included. */
function escapeOf(lines: readonly string[]): string {
  for (const [index, line] of lines.entries()) {
    const [, name = '', value = ''] = /^\s*#\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === '') break;
    if (name.toLowerCase() !== 'escape') continue;
    if (value === '\\' || value === '`') return value;
    throw new DockerfileError(index + 1, `the escape character is \\ or \`, not "${value}"`);
  }
  return '\\';
}

function logicalLines(lines: readonly string[], escapeWith: string): LogicalLine[] {
  const character = escapeWith === '\\' ? '\\\\' : escapeWith;
  const continued = new RegExp(`(?<!${character})${character}[ \\t]*$`);
  const found: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, line] of lines.entries()) {
    // Within a continued line, too.
    if (/^\s*(#|$)/.test(line)) continue;
    const goesOn = continued.test(line);
    const piece = goesOn ? line.replace(continued, '') : line;
    if (open) open.text += piece;
    else open = { text: piece.trimStart(), line: index + 1 };
    if (goesOn) continue;
    found.push(open);
    open = undefined;
  }
  return open ? [...found, open] : found;
}

function instructionOf({ text, line }: LogicalLine): Instruction {
  const [, word = '', after = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const name = word.toUpperCase();
  const { flags, rest } = takeFlags(after.trim(), line);
  if (hasHeredoc(name, rest)) {
    throw new DockerfileError(
      line,
      `here-documents (<<) are not supported: put the text into a file, or join commands with &&`,
    );
  }
  return { name, flags, rest, line };
}

function hasHeredoc(name: string, rest: string): boolean {
  return ['RUN', 'COPY', 'ADD'].includes(name) && /(^|\s)<<-?["']?[A-Za-z_]\w*["']?(\s|$)/.test(rest);
}

/** Only of instructions that have some: `CMD --x` would be a program of that name. */
function takeFlags(text: string, line: number): { flags: Record<string, string>; rest: string } {
  const flags: Record<string, string> = {};
  let rest = text;
  for (let found = flagIn(rest); found; found = flagIn(rest)) {
    const [all, name = '', value = 'true'] = found;
    if (name in flags && name !== 'exclude')
      throw new DockerfileError(line, `the flag --${name} is there twice`);
    flags[name] = value;
    rest = rest.slice(all.length).trimStart();
  }
  return { flags, rest };
}

function flagIn(text: string): RegExpExecArray | null {
  return /^--([a-z][a-z-]*)(?:=(\S*))?(?=\s|$)/.exec(text);
}
