// How a container is told from a program: what the runtime noted on it when it was started, and what the contract calls its state.

import { endOfLogFiles } from '../log/log-files.ts';
import { parseEntry } from '../log/log-line.ts';
import type { ContainerExit, ResolvedImage, RuntimeContainer } from '../runtime.ts';
import type { ContainerFolder } from './container-folder.ts';
import type { ProgramRecord } from './node-init/messages.ts';
import type { InsideNotes } from './root/isolated-start.ts';

/** Kept by node-init with the program. */
export interface ProgramNotes {
  podUid: string;
  name: string;
  attempt: number;
  image: ResolvedImage;
  terminationMessagePath?: string;
  terminationMessageFromLog?: boolean;
  warnings?: readonly string[];
  /** Of a container with a root of its own. */
  inside?: InsideNotes;
}

const longestLogMessageBytes = 2_048;
const mostLogMessageLines = 80;
/** More than the text can be, with the times before its lines. */
const tailBytes = 16 * 1024;

export function containerOf(
  { order, startedAt, exit }: ProgramRecord,
  folder: ContainerFolder,
): RuntimeContainer {
  const notes = order.about as ProgramNotes;
  const { podUid, name, attempt, image, warnings } = notes;
  const container: RuntimeContainer = { id: order.id, podUid, name, attempt, image, startedAt };
  if (warnings) container.warnings = warnings;
  if (!exit) return container;
  const { finishedAt, exitCode, signal, unseen, outOfMemory } = exit;
  const end: ContainerExit = { finishedAt, exitCode };
  if (signal !== undefined) end.signal = signal;
  if (unseen) end.reason = 'ContainerStatusUnknown';
  if (outOfMemory) end.reason = 'OOMKilled';
  const message = messageOf(notes, exitCode, folder);
  if (message !== undefined) end.message = message;
  return { ...container, exit: end };
}

function messageOf(notes: ProgramNotes, exitCode: number, folder: ContainerFolder): string | undefined {
  const { terminationMessagePath, terminationMessageFromLog } = notes;
  const left = terminationMessagePath ? folder.message(terminationMessagePath) : undefined;
  return left ?? (terminationMessageFromLog && exitCode !== 0 ? endOfLog(folder.logFile) : undefined);
}

function endOfLog(file: string): string | undefined {
  const lines = endOfLogFiles(file, tailBytes)
    .toString('latin1')
    .split('\n')
    .slice(-mostLogMessageLines - 1);
  const texts = lines.map((line) => parseEntry(Buffer.from(line, 'latin1'))?.data ?? Buffer.alloc(0));
  const text = Buffer.concat(texts.flatMap((one) => (one.length > 0 ? [one, Buffer.from('\n')] : [])));
  return text.subarray(-longestLogMessageBytes).toString('utf8') || undefined;
}
