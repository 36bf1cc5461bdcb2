// Which kubectl programs the tests run: a current one (1.28 or newer, 1.32 preferred) and the 1.20 of Debian bookworm.
// The old one is unpacked into the clone's cache and never installed, so it cannot replace a newer one.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { programOnPath } from './programs.ts';

export interface Kubectl {
  readonly path: string;
  /** `1.32.4`. */
  readonly version: string;
  readonly minor: number;
}

const oldestCurrentMinor = 28;
const preferredMinor = 32;
const debianPackage = 'kubernetes-client';

/** Asks the program itself; undefined when it does not run or does not answer as kubectl does. */
function inspect(program: string): Kubectl | undefined {
  try {
    const json = execFileSync(program, ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { clientVersion } = JSON.parse(json);
    const found = /^v((\d+)\.(\d+)\.\d+)/.exec(clientVersion.gitVersion);
    return found ? { path: program, version: String(found[1]), minor: Number(found[3]) } : undefined;
  } catch {
    return undefined;
  }
}

/** `kubectl.1.32` and the like beside the program that PATH leads to: there the one called kubectl only dispatches to them. */
function versionedBeside(program: string): string[] {
  const folder = path.dirname(realpathSync(program));
  return readdirSync(folder)
    .filter((name) => /^kubectl\.1\.\d+$/.test(name))
    .map((name) => path.join(folder, name));
}

/** The kubectl nearest to the API level that Relevo speaks, of those at hand; undefined when none is 1.28 or newer. */
export function findCurrentKubectl(): Kubectl | undefined {
  const onPath = programOnPath('kubectl');
  if (onPath === undefined) return undefined;
  const distance = (kubectl: Kubectl) => Math.abs(kubectl.minor - preferredMinor);
  return [...versionedBeside(onPath), onPath]
    .flatMap((program) => inspect(program) ?? [])
    .filter((kubectl) => kubectl.minor >= oldestCurrentMinor)
    .sort((a, b) => distance(a) - distance(b))[0];
}

/**
 * Debian's kubectl from the cache, fetched into it first when it is not there. Works as any user and leaves the system's
 * package lists alone. Undefined where there is no apt, no network, or the release has another version than 1.20.
 */
export function debianKubectl(cache: string): Kubectl | undefined {
  const folder = path.join(cache, debianPackage);
  const program = path.join(folder, 'usr/bin/kubectl');
  if (!existsSync(program) && programOnPath('apt-get') !== undefined) fetchDebianKubectl(cache, folder);
  const kubectl = inspect(program);
  return kubectl?.minor === 20 ? kubectl : undefined;
}

function fetchDebianKubectl(cache: string, folder: string): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, 'apt-'));
  try {
    download(work);
    const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return;
    execFileSync('dpkg', ['-x', archive, 'root'], { cwd: work });
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(work, 'root'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** With the system's package lists, and where they lack it (a fresh container has none) with lists of its own. */
function download(work: string): void {
  console.log(`fetching Debian's ${debianPackage} (once; unpacked into the cache, not installed)`);
  const apt = (...args: string[]) =>
    execFileSync('apt-get', ['-qq', ...args], { cwd: work, stdio: 'ignore' });
  try {
    apt('download', debianPackage);
  } catch {
    for (const folder of ['lists/partial', 'archives/partial'])
      mkdirSync(path.join(work, folder), { recursive: true });
    const own = ['-o', `Dir::State::Lists=${work}/lists`, '-o', `Dir::Cache=${work}`];
    try {
      apt(...own, 'update');
      apt(...own, 'download', debianPackage);
    } catch {
      console.log(`Debian's ${debianPackage} could not be fetched`);
    }
  }
}
