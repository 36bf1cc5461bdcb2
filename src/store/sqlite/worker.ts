// The thread that owns the disk: carries out one request after another and answers each. Decides nothing about the contents.

import { parentPort } from 'node:worker_threads';
import { failureOf } from './failure.ts';
import type { Operation, Progress, Reply, Request, Requests } from './messages.ts';
import { type Opened, openDataDir } from './opening.ts';
import { restoreFile, saveFile } from './snapshot-file.ts';

type Handlers = {
  [O in Operation]: (
    input: Requests[O]['input'],
    report: (progress: Progress) => void,
  ) => Requests[O]['output'];
};

if (parentPort === null) throw new Error('the store worker only runs as a worker thread');
const port = parentPort;
let opened: Opened | undefined;
let dataDir = '';

function current(): Opened {
  if (opened === undefined) throw new Error('the database is not open');
  return opened;
}

const handlers: Handlers = {
  open({ dir, options }, report) {
    dataDir = dir;
    opened = openDataDir(dir, options, {
      begin: (compacted) => report({ compacted }),
      rows: (cells) => report({ cells }),
    });
    return { revision: opened.revision };
  },
  commit(cells) {
    current().database.commit(cells);
    return undefined;
  },
  compact({ upTo, superseded }) {
    current().database.compact(upTo, superseded);
    return undefined;
  },
  close({ revision }) {
    const { database, lock } = current();
    opened = undefined;
    try {
      database.close(revision);
    } finally {
      lock.release();
    }
    return undefined;
  },
  saveSnapshot({ dir, file }) {
    saveFile(dir, file);
    return undefined;
  },
  restoreSnapshot: ({ file, dir, stamp }) => restoreFile(file, dir, stamp),
};

function answer<O extends Operation>({ id, operation, input }: Request<O>): Reply {
  try {
    const handle = handlers[operation];
    return { id, output: handle(input, (progress) => port.postMessage({ id, progress } satisfies Reply)) };
  } catch (error) {
    return { id, failure: failureOf(error, dataDir) };
  }
}

port.on('message', (request: Request) => port.postMessage(answer(request)));
