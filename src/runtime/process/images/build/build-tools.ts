// What the program of a RUN line finds beside the image's files: names of the machine's programs, and how the machine reaches the network.

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { shimsPlace } from '../../root/container-mounts.ts';
import { aliasesOf, isProgram } from '../bases.ts';
import type { BaseName } from '../image-record.ts';
import { usualPath } from './requirements.ts';
import type { RunStep } from './run-step.ts';

/** How the network is reached, and trusted. */
const ofTheNetwork = ['/etc/resolv.conf', '/etc/hosts', '/etc/pip.conf'];
const proxies = /^(https?|ftp|all|no)_proxy$/i;
/** Debian's pip refuses to add to what it takes for the machine's own, which here is a copy, and warns of root. What Python compiles of that is not the image's. */
const ofPython = {
  PYTHONDONTWRITEBYTECODE: '1',
  PIP_BREAK_SYSTEM_PACKAGES: '1',
  PIP_ROOT_USER_ACTION: 'ignore',
};

export function buildEnvironment({ base, env }: RunStep): Record<string, string> {
  const machine = Object.entries(process.env).flatMap(([name, value]) =>
    proxies.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  const all = {
    PATH: usualPath,
    HOME: '/root',
    ...Object.fromEntries(machine),
    ...(base === 'python' ? ofPython : {}),
    ...env,
  };
  return base === 'own' ? all : { ...all, PATH: `${shimsPlace}:${all.PATH}` };
}

/** Programs that are called by other names here. */
export function buildAliases(base: BaseName | 'own'): Record<string, readonly string[]> {
  const aliases = aliasesOf(base, usualPath);
  if (base === 'python') return { ...aliases, pip: ['python3', '-m', 'pip'] };
  const npm = base === 'node' ? npmFolder() : undefined;
  if (npm === undefined || 'node' in aliases === false) return aliases;
  const cli = (name: string) => [process.execPath, path.join(npm, 'bin', `${name}-cli.js`)];
  return { ...aliases, npm: cli('npm'), npx: cli('npx') };
}

/** What of the machine is to be seen besides its programs, where it is. */
export function machineFolders(base: BaseName | 'own'): string[] {
  const node = base === 'node' && !isProgram('node', usualPath) ? [process.execPath, npmFolder() ?? ''] : [];
  return [...ofTheNetwork, ...node].filter((one) => one !== '' && existsSync(one));
}

/** That of the Node which runs this, which may be in a home. */
function npmFolder(): string | undefined {
  const folder = path.join(path.dirname(realpathSync(process.execPath)), '../lib/node_modules/npm');
  return existsSync(folder) ? folder : undefined;
}
