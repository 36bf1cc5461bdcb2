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

const reason = unsuitable();
if (reason === undefined) {
  // A reader that had enough (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  await speedUp();
  const { runCommandLine } = await import('./program.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
} else {
  process.stderr.write(`relevo: ${reason}\n`);
  process.exitCode = 1;
}
