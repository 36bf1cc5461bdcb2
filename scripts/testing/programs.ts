// The programs that tests start, and the Debian packages that bring them. Installs what is missing where it may.

import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { systemPath } from '../../src/base/run-program.ts';

/** Program → Debian packages. */
const needed: Readonly<Record<string, string>> = {
  hostname: 'hostname',
  ip: 'iproute2',
  python3: 'python3-minimal',
  slirp4netns: 'slirp4netns',
  busybox: 'busybox-static',
  newuidmap: 'uidmap',
  haproxy: 'haproxy',
  jmeter: 'jmeter jmeter-http',
  // JMeter needs a class of ours: see tests/support/load/jmeter.
  javac: 'default-jdk-headless',
};

/** Module of python3 → Debian package. */
const neededModules: Readonly<Record<string, string>> = {
  flask: 'python3-flask',
};

/** The full path of a program, or undefined. */
export function programOnPath(name: string): string | undefined {
  for (const folder of systemPath().split(path.delimiter)) {
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

function hasModule(module: string): boolean {
  try {
    // The system's: it is the one that containers with a root of their own have.
    execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Resolves what is missing, or throws an Error whose message is the command to run. */
export function installMissingPrograms(): void {
  const programs = Object.keys(needed).filter((program) => programOnPath(program) === undefined);
  const modules = Object.keys(neededModules).filter((module) => !hasModule(module));
  const missing = [...programs, ...modules];
  if (missing.length === 0) return;
  const install = [
    'install',
    '-y',
    '--no-install-recommends',
    ...missing.flatMap((name) => String(needed[name] ?? neededModules[name]).split(' ')),
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
