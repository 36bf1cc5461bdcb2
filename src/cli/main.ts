#!/usr/bin/env node
// The process of the command line interface. It checks what it runs on before anything else is loaded.

const oldestNode = 24;

function unsuitable(): string | undefined {
  if (process.platform === 'win32') {
    return 'on Windows, Relevo runs inside WSL 2: install it with "wsl --install", then install Relevo in there';
  }
  const major = Number(process.versions.node.split('.')[0]);
  return major < oldestNode ? `needs Node ${oldestNode} or newer, but this is ${process.version}` : undefined;
}

/** Compiled code is kept where clusters are; a folder that cannot be written costs only time. */
async function speedUp(): Promise<void> {
  try {
    const [{ enableCompileCache }, { codeCache }] = await Promise.all([
      import('node:module'),
      import('../machinery/cluster-dir.ts'),
    ]);
    enableCompileCache(codeCache());
  } catch {
    // Such a folder is told about when something has to be kept in it.
  }
}

/**
 * A reader that had enough (`| head`) is not an error, though Node makes one of it: a cluster is stopped in
 * order and everything else ends. A result that cannot be written is one, but takes no cluster down; nor does a terminal that was closed.
 */
function watchOutputs(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') outputLost(code);
    else void endUnread();
  });
  process.stderr.on('error', () => {});
}

async function endUnread(): Promise<void> {
  const { outputIsUnread } = await import('./interruption.ts');
  if (!outputIsUnread()) process.exit(0);
}

function outputLost(code: string | undefined): void {
  if (process.exitCode === undefined || process.exitCode === 0) {
    process.stderr.write(`relevo: standard output cannot be written (${code})\n`);
  }
  process.exitCode ||= 1;
}

const reason = unsuitable();
if (reason === undefined) {
  watchOutputs();
  await speedUp();
  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(`relevo: ${reason}\n`);
  process.exitCode = 1;
}
