// The well-known images that a Dockerfile may begin with, and what stands for them: programs of the host.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../../base/entry.ts';
import type { ImageName } from './image-name.ts';
import { repositoryOf } from './image-name.ts';
import { type BaseName, emptyConfig, type ImageConfig } from './image-record.ts';

interface Base {
  /** What FROM names. */
  repositories: readonly string[];
  config: Partial<ImageConfig>;
  /** A program of the host without which nothing of it works. */
  needs?: string;
}

const bases: Readonly<Record<BaseName, Base>> = {
  python: { repositories: ['python'], config: { cmd: ['python3'] }, needs: 'python3' },
  node: { repositories: ['node'], config: { cmd: ['node'] } },
  nginx: {
    repositories: ['nginx', 'nginxinc/nginx-unprivileged'],
    config: { cmd: ['nginx', '-g', 'daemon off;'], exposedPorts: ['80/tcp'], stopSignal: 'SIGQUIT' },
  },
  httpd: {
    repositories: ['httpd'],
    config: {
      cmd: ['httpd-foreground'],
      exposedPorts: ['80/tcp'],
      workingDir: '/usr/local/apache2',
      stopSignal: 'SIGWINCH',
    },
  },
  shell: {
    repositories: ['busybox', 'alpine', 'debian', 'ubuntu'],
    config: { cmd: ['sh'] },
    needs: 'sh',
  },
  nothing: { repositories: ['scratch'], config: {} },
};

/** Where the servers that the built-in one stands for look for their files. */
const documentRoots = { nginx: '/usr/share/nginx/html', httpd: '/usr/local/apache2/htdocs' } as const;

export function baseFor(name: ImageName): BaseName | undefined {
  const repository = repositoryOf(name);
  const found = Object.entries(bases).find(([, { repositories }]) => repositories.includes(repository));
  return found?.[0] as BaseName | undefined;
}

/** What an image begins with; a program of the host that it cannot do without may be missing. */
export function baseConfig(name: BaseName): { config: ImageConfig; needs?: string } {
  const { config, needs } = bases[name];
  return { config: { ...emptyConfig, ...config }, ...(needs === undefined ? {} : { needs }) };
}

/** For messages: `python, node, nginx, …`. */
export function knownBases(): string {
  return Object.values(bases)
    .flatMap(({ repositories }) => repositories[0] ?? [])
    .concat('alpine', 'debian', 'ubuntu')
    .join(', ');
}

/** Names that programs of such an image are called by, and what is run for each on a host whose PATH is `searched`. */
export function aliasesOf(name: BaseName | 'own', searched: string): Record<string, readonly string[]> {
  switch (name) {
    case 'python':
      return { python: ['python3'] };
    case 'node':
      return isProgram('node', searched) ? {} : { node: [process.execPath] };
    case 'nginx':
    case 'httpd': {
      const server = [...staticServer(), '--root', documentRoots[name], '--port', '80', '--'];
      const names = name === 'nginx' ? ['nginx', 'nginx-debug'] : ['httpd', 'httpd-foreground', 'apachectl'];
      return Object.fromEntries(names.map((one) => [one, server]));
    }
    default:
      return {};
  }
}

/** How the built-in server of files is started. */
export function staticServer(): string[] {
  return [process.execPath, fileURLToPath(entryUrl('runtime/process/images/static-process'))];
}

/** Whether one of the folders of `searched`, a PATH, has it. */
export function isProgram(name: string, searched: string): boolean {
  return searched.split(path.delimiter).some((folder) => {
    try {
      if (folder === '') return false;
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
