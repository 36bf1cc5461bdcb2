// The programs that tests start, and the Debian packages that bring them. Installs what is missing where it may.

import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Program → Debian package. */
const needed: Readonly<Record<string, string>> = {
  python3: 'python3-minimal',
};

/** The full path of a program, or undefined. */
export function programOnPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, name);
    try {
      if (folder === '') continue;
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Resolves what is missing, or throws an Error whose message is the command to run. */
export function installMissingPrograms(): void {
  const missing = Object.keys(needed).filter((program) => programOnPath(program) === undefined);
  if (missing.length === 0) return;
  const install = [
    'install',
    '-y',
    '--no-install-recommends',
    ...missing.map((program) => String(needed[program])),
  ];
  if (programOnPath('apt-get') === undefined) {
    throw new Error(`the tests need ${missing.join(', ')}: install what is missing, then run this again`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(
      `the tests need ${missing.join(', ')}: run "sudo apt-get ${install.join(' ')}", then run this again`,
    );
  }
  console.log(`installing ${missing.join(', ')}`);
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    apt(...install);
  } catch {
    apt('update');
    apt(...install);
  }
}
