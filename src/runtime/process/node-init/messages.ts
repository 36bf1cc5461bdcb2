// What node-init and the runtime that drives it say to each other: one JSON value per line over a unix socket.

import type { LimitsReport, ProgramLimits } from '../limits/limits-report.ts';

/** A program to be started. Kept on disk with its environment, for its owner only. */
export interface ProgramOrder {
  /** Never used twice on a node. */
  id: string;
  /** The program and its arguments; looked up in the environment's PATH. */
  argv: readonly string[];
  /** All of it, the marker included. */
  env: Readonly<Record<string, string>>;
  /** Absolute; it exists. */
  cwd: string;
  /** Absolute; its folder exists. */
  logFile: string;
  /** What stop() sends first: `SIGTERM`. */
  stopSignal: string;
  /** The value of the marker variable that all of the program's processes carry. */
  marker: string;
  /** Without it the program reads an empty stdin. */
  stdin?: boolean;
  /** The first client that has its stdin and leaves closes it. */
  stdinOnce?: boolean;
  /** It runs on a terminal. */
  tty?: boolean;
  /** See SpawnOrder. */
  terminals?: string;
  /** Undefined: none. */
  limits?: ProgramLimits;
  /** A named pipe to be made, over which `argv` says how its preparation of the program came out: see StartReport. Undefined: there is none. */
  report?: string;
  /** Whatever the runtime wants to find again; JSON. */
  about: unknown;
}

export interface ProgramExit {
  /** Milliseconds since the epoch. */
  finishedAt: number;
  /** 128 + n when signal n ended it. */
  exitCode: number;
  signal?: number;
  /** Its end was not seen: node-init itself was killed. */
  unseen?: boolean;
  /** It needed more memory than its limit. */
  outOfMemory?: boolean;
}

/** What is on disk of a program, and in answers. */
export interface ProgramRecord {
  order: ProgramOrder;
  pid: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Undefined while it runs. */
  exit?: ProgramExit;
}

export type Request =
  | { call: 'start'; order: ProgramOrder }
  /** Answered when nothing of it runs. */
  | { call: 'stop'; id: string; graceMs: number }
  /** Kills what still runs of it and forgets its record. */
  | { call: 'forget'; id: string }
  | { call: 'list' }
  /** When this connection ends, processes are killed whose marker, within the node's, has this in it. */
  | { call: 'bind'; markerPart: string }
  /** Makes this connection one of the program's clients: from the answer on it carries AttachMessages. */
  | AttachRequest;

export interface AttachRequest {
  call: 'attach';
  id: string;
  stdin: boolean;
  size?: Size;
}

export interface Size {
  columns: number;
  rows: number;
}

export type NumberedRequest = Request & { number: number };

export interface Answers {
  start: ProgramRecord;
  /** Undefined for an unknown one. */
  stop: ProgramRecord | undefined;
  forget: undefined;
  list: ProgramRecord[];
  bind: undefined;
  attach: AttachAnswer;
}

export interface AttachAnswer {
  /** Whether what is typed arrives. */
  hasStdin: boolean;
}

/** To a program's terminal or stdin; bytes are base64. A connection that ends without `leave` was lost: nothing is closed for it. */
export type AttachMessage = { input: string } | { endOfInput: true } | { size: Size } | { leave: true };

/** From a program's terminal. The connection ends after the last of them. */
export interface AttachOutput {
  output: string;
}

export type Message =
  | { number: number; answer?: unknown }
  /** `code` is the system's: `ENOENT`. */
  | { number: number; failed: string; code?: string }
  /** A program has ended; the record is on disk. */
  | { exited: ProgramRecord };

/** Where to find a node-init, in `init.json` of its folder. */
export interface NodeInitAddress {
  pid: number;
  /** processIdentity(pid). */
  identity: string;
  socket: string;
  limits: LimitsReport;
}

/** What node-init is started with, as its one argument. */
export interface NodeInitConfig {
  /** Its folder, of which it is the only user. It exists, closed to others. */
  folder: string;
  /** Markers of this node's programs begin with it. */
  markerPrefix: string;
  /** When this process is gone, so is everything on the node. Undefined: only when told. */
  keeper?: { pid: number; identity: string };
  /** Default true: limits by control groups where that is possible. */
  controlGroups?: boolean;
}
