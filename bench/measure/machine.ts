// What a figure was measured with: without it, it cannot be compared.

import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import os from 'node:os';
import manifest from '../../package.json' with { type: 'json' };

export interface Machine {
  readonly date: string;
  readonly relevo: string;
  readonly node: string;
  readonly system: string;
  readonly processors: string;
  readonly memoryGiB: number;
  readonly fileSystem: string;
  /** How busy it was before, over a minute: anything near the number of processors spoils the figures. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    relevo: `${manifest.version}${commit()}`,
    node: process.version,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    processors: `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim()}`,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    fileSystem: fileSystemOf(import.meta.dirname),
    load: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function printMachine(machine: Machine): string {
  const { relevo, node, system, processors, memoryGiB, fileSystem, load, date } = machine;
  return [
    `relevo ${relevo}, Node ${node}, ${system}, ${date}`,
    `${processors}, ${memoryGiB} GiB, data on ${fileSystem}, load before ${load}`,
  ].join('\n');
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    return ` (${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? ', changed' : ''})`;
  } catch {
    return '';
  }
}

/** Magic numbers of statfs(2). */
const fileSystems: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  801189825: 'zfs',
  16914836: 'tmpfs (syncing costs nothing)',
  2035054128: 'overlayfs',
};

function fileSystemOf(dir: string): string {
  const { type } = statfsSync(dir);
  return fileSystems[type] ?? `file system type 0x${type.toString(16)}`;
}
