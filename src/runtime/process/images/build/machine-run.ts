// Runs RUN lines on this machine: in namespaces that are thrown away, in a root in which the image's files lie over the machine's programs
// and are written to. The network is the machine's own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { holdNamespaces, type NamespaceHolder } from '../../../../base/namespaces/namespace-holder.ts';
import type { Mount } from '../../../runtime.ts';
import { writeAliases } from '../../container-program.ts';
import { carryTools, toolsPlace, toolWords } from '../../root/carried-tools.ts';
import { shimsPlace } from '../../root/container-mounts.ts';
import { ContainerRoot } from '../../root/container-root.ts';
import { type HostTree, hostTree } from '../../root/host-tree.ts';
import { canOverlay } from '../../root/overlays.ts';
import { stagedEnvironment } from '../../root/program-environment.ts';
import { rightsWords, type UserIds } from '../../root/rights.ts';
import { StartReport } from '../../root/start-report.ts';
import { writeStart } from '../../root/start-script.ts';
import { isMapped, userIds } from '../../root/user-ids.ts';
import { buildAliases, buildEnvironment, machineFolders } from './build-tools.ts';
import { usualPath } from './requirements.ts';
import { RunLayer } from './run-layer.ts';
import type { RunStep } from './run-step.ts';

/** A Run. What it left running ends with it. */
export async function machineRun(step: RunStep, signal?: AbortSignal): Promise<number> {
  signal?.throwIfAborted();
  const isRootless = process.getuid?.() !== 0 || !isMapped(1);
  const layer = new RunLayer(step.files);
  const holder = await holdNamespaces({ user: process.getuid?.() !== 0, pid: true });
  const abort = () => holder.kill();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Attempt(step, layer, holder, isRootless).run();
    signal?.throwIfAborted();
    layer.putTogether();
    return code;
  } finally {
    signal?.removeEventListener('abort', abort);
    holder.kill();
    await holder.ended;
    layer.remove();
  }
}

class Attempt {
  readonly #step: RunStep;
  readonly #layer: RunLayer;
  readonly #holder: NamespaceHolder;
  readonly #isRootless: boolean;

  constructor(step: RunStep, layer: RunLayer, holder: NamespaceHolder, isRootless: boolean) {
    this.#step = step;
    this.#layer = layer;
    this.#holder = holder;
    this.#isRootless = isRootless;
  }

  /** Resolves when the program has ended, and everything that it started. */
  async run(): Promise<number> {
    const { folder } = this.#layer;
    await this.#checkOverlays();
    const isWhole = this.#step.base === 'own';
    const carried = isWhole ? await carryTools(path.join(folder, 'tools')) : undefined;
    // For all lines of a build.
    const tree = hostTree(path.join(path.dirname(folder), 'machine'));
    const mounts = this.#mounts(carried);
    for (const mount of mounts) makeMountPoint(isWhole ? tree.bare : tree.base, mount);
    if (!isWhole) this.#writeShims(path.join(tree.base, shimsPlace));
    this.#layer.takeApart(isWhole ? undefined : tree, { isRootless: this.#isRootless });
    return this.#start(this.#root(tree, mounts), carried && toolsPlace);
  }

  #writeShims(place: string): void {
    rmSync(place, { recursive: true, force: true });
    writeAliases(buildAliases(this.#step.base), place);
  }

  async #checkOverlays(): Promise<void> {
    const { folder } = this.#layer;
    const { enter } = this.#holder;
    if (await canOverlay(folder, { isRootless: this.#isRootless, enter })) return;
    throw new Error(
      `there are no overlays in ${path.dirname(folder)}: they need a file system such as ext4, xfs, btrfs or tmpfs, and Linux 5.11 where you are not root; RELEVO_HOME names another folder`,
    );
  }

  #mounts(carried: string | undefined): Mount[] {
    const readOnly = true;
    return [
      ...machineFolders(this.#step.base).map((name) => ({ source: name, target: name, readOnly })),
      ...(carried === undefined ? [] : [{ source: carried, target: toolsPlace, readOnly }]),
    ];
  }

  #root(tree: HostTree, mounts: readonly Mount[]): ContainerRoot {
    const { folder } = this.#layer;
    const isWhole = this.#step.base === 'own';
    const wish = { folder, isWhole, mounts, readOnly: false, privileged: false, isKept: true };
    return new ContainerRoot(wish, { tree, overlay: true, isRootless: this.#isRootless });
  }

  async #start(root: ContainerRoot, tools: string | undefined): Promise<number> {
    const { folder } = this.#layer;
    const { argv, workingDir } = this.#step;
    const env = buildEnvironment(this.#step);
    const { passed, words } = stagedEnvironment(env);
    const rights = toolWords(tools, ['setpriv', ...rightsWords({}, {}, this.#user(root))]);
    const report = path.join(folder, 'report');
    const script = writeStart(folder, {
      ...{ root: root.place, mounts: root.mounts, extraMounts: root.extraMounts, tools, report, workingDir },
      argv: [...rights, ...toolWords(tools, ['env', '--default-signal', ...words]), ...argv],
      ...{ program: argv[0] ?? '', searchPath: env.PATH ?? usualPath },
    });
    const start = await StartReport.open(report);
    const [program = '', ...args] = [...this.#holder.enter, 'unshare', '--mount', 'sh', script];
    return this.#attend(
      spawn(program, args, { env: passed, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }),
      start,
    );
  }

  async #attend(child: ChildProcess, start: StartReport): Promise<number> {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream as Readable }).on('line', (line) => this.#step.said(line));
    const closed = once(child, 'close');
    const exited = once(child, 'exit');
    await start.outcome(exited).catch((error: NodeJS.ErrnoException) => {
      const program = this.#step.argv[0];
      if (error.code === 'ENOENT') throw new Error(`there is no "${program}" in the image`, { cause: error });
      if (error.code === 'EACCES') throw new Error(`"${program}" is not executable`, { cause: error });
      throw error;
    });
    const [code, killedBy] = (await exited) as [number | null, NodeJS.Signals | null];
    // What still runs keeps the pipes open.
    this.#holder.kill();
    await closed;
    return code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
  }

  /** An ordinary user has no others. */
  #user(root: ContainerRoot): UserIds | undefined {
    if (this.#isRootless) return undefined;
    return userIds(this.#step.user, (file) => {
      const found = root.fileOf(`/etc/${file}`);
      return found === undefined ? '' : readFileSync(found, 'utf8');
    });
  }
}

/** In the lowest layer: it is not to be found among the image's files. */
function makeMountPoint(lowest: string, { source, target }: Mount): void {
  const place = path.join(lowest, target);
  if (existsSync(place)) return;
  mkdirSync(path.dirname(place), { recursive: true });
  if (statSync(source).isDirectory()) mkdirSync(place);
  else writeFileSync(place, '');
}
