// Pods with namespaces of their own: what the process runtime asks here instead of running programs as they are. Everything works within
// the node's own PID and mount namespaces, as root of the machine or of a user namespace.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { enteredProcess } from '../../../base/namespaces/entered-process.ts';
import { CreateContainerError } from '../../errors.ts';
import type { RuntimePodSpec } from '../../runtime.ts';
import type { ProgramOrder, ProgramRecord } from '../node-init/messages.ts';
import { carryTools, toolsPlace, toolWords } from './carried-tools.ts';
import { containerMounts } from './container-mounts.ts';
import { ContainerRoot, type RootMaterial } from './container-root.ts';
import { hostTree } from './host-tree.ts';
import type { InsideNotes, IsolatedStart, IsolationOptions, StartWish } from './isolated-start.ts';
import { canOverlay, openWorkFolders } from './overlays.ts';
import { podFiles } from './pod-files.ts';
import { terminalsOf } from './pod-terminals.ts';
import { stagedEnvironment } from './program-environment.ts';
import { checkProgram } from './program-search.ts';
import { rightsWords, type UserIds } from './rights.ts';
import { enterWords, podNamespaces, sandboxOrder } from './sandbox.ts';
import { writeStart } from './start-script.ts';
import { isInUserNamespace, isMapped, userIds } from './user-ids.ts';

/** Where an image says nothing. */
export const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** A session of the pod's own PIDs, which has the terminal: shells ask whose it is. Who waits outside gets none of its signals. */
const ownSession = ['setsid', '--ctty'];

export class Isolation {
  readonly #options: IsolationOptions;
  readonly #material: RootMaterial;
  /** Whether there are users besides root. */
  readonly #hasOthers = isMapped(1);

  private constructor(options: IsolationOptions, material: RootMaterial) {
    this.#options = options;
    this.#material = material;
  }

  /** Finds out what works here. Rejects when mounts cannot be made: this process is not inside a node's namespaces. */
  static async open(options: IsolationOptions): Promise<Isolation> {
    const folder = path.join(options.folder, 'machine');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const isRootless = isInUserNamespace();
    const overlay = await canOverlay(folder, { isRootless });
    return new Isolation(options, { tree: hostTree(folder), overlay, isRootless });
  }

  /** The process that keeps a pod's namespaces. */
  sandbox(
    pod: RuntimePodSpec,
    podFolder: string,
    { id, marker }: { id: string; marker: string },
  ): ProgramOrder {
    const folder = path.join(podFolder, 'sandbox');
    for (const [name, text] of Object.entries(podFiles(pod))) {
      mkdirSync(path.join(podFolder, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(podFolder, name), text, { mode: 0o644 });
    }
    return sandboxOrder(pod, { id, marker, folder, tree: this.#material.tree });
  }

  /** Makes what the start needs in the container's folder. Throws CreateContainerError. */
  async start(wish: StartWish): Promise<IsolatedStart> {
    const { spec, image, folder, sandbox, argv, env } = wish;
    const carried = image.base === 'own' ? await this.#tools() : undefined;
    const tools = carried && toolsPlace;
    const root = this.#root(wish, carried);
    const { user, warnings } = this.#user(wish, root);
    const { passed, words } = stagedEnvironment(env);
    const rights = rightsWords(spec.security, this.#hasOthers ? wish.pod.security : {}, user);
    const complete = toolWords(tools, ['env', '--default-signal', ...words]);
    const inside: InsideNotes = {
      words: [...toolWords(tools, ['setpriv', ...rights]), ...complete],
      sessionWords: toolWords(tools, ownSession),
      searchPath: env.PATH ?? usualPath,
      workingDir: path.posix.resolve('/', (spec.workingDir ?? image.config.workingDir) || '/'),
      namespaces: podNamespaces(wish.pod),
    };
    const report = path.join(folder, 'report');
    const script = writeStart(folder, {
      ...{ root: root.place, mounts: root.mounts, extraMounts: root.extraMounts, tools, report },
      ...{ ...inside, argv: [...inside.words, ...argv], program: argv[0] ?? '' },
    });
    const session = spec.tty ? ownSession : [];
    const enter = [...enterWords(sandbox, wish.pod), ...session, 'unshare', '--mount', 'sh', script];
    return { argv: enter, env: passed, cwd: '/', report, inside, warnings };
  }

  /** After the start. */
  settle(folder: string): void {
    openWorkFolders(folder);
  }

  /** A further program in a running container. Throws the system's error when it is not there. */
  exec({ pid }: ProgramRecord, inside: InsideNotes, command: readonly string[], tty: boolean): string[] {
    const target = enteredProcess(pid);
    checkProgram(`/proc/${target}/root`, command[0] ?? '', inside);
    const wd = `--wd=/proc/${target}/root${inside.workingDir}`;
    const all = ['--mount', ...inside.namespaces, '--root', wd];
    const session = tty ? inside.sessionWords : [];
    return ['nsenter', `--target=${target}`, ...all, ...session, ...inside.words, ...command];
  }

  #root(wish: StartWish, carried: string | undefined): ContainerRoot {
    const { folder, image, spec, podFolder } = wish;
    const { privileged = false, readOnlyRoot: readOnly = false } = spec.security ?? {};
    const tools = carried === undefined ? [] : [{ source: carried, target: toolsPlace, readOnly: true }];
    const mounts = [...containerMounts(wish, this.#options), ...tools];
    const isWhole = image.base === 'own';
    return new ContainerRoot(
      {
        ...{ folder, files: image.files, isWhole, mounts, readOnly, privileged },
        terminals: terminalsOf(podFolder),
      },
      this.#material,
    );
  }

  async #tools(): Promise<string> {
    try {
      return await carryTools(path.join(this.#options.folder, 'machine', 'tools'));
    } catch (cause) {
      throw new CreateContainerError(
        `images with a root of their own cannot run here: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }

  #user({ spec, image }: StartWish, root: ContainerRoot): { user?: UserIds; warnings: string[] } {
    const readEtc = (file: string) => {
      const found = root.fileOf(`/etc/${file}`);
      return found === undefined ? '' : readFileSync(found, 'utf8');
    };
    const { uid, gid } = spec.security ?? {};
    const named = uid === undefined ? image.config.user : String(uid);
    const user = userIds(gid === undefined ? named : `${named.split(':')[0] || 0}:${gid}`, readEtc);
    if (!user || (isMapped(user.uid) && isMapped(user.gid, 'gid'))) {
      return { user: this.#hasOthers ? user : undefined, warnings: [] };
    }
    const text = `it runs as the user who started the cluster, not as ${named}: others can be had by root only, or with subordinate IDs ("apt install uidmap", see subuid(5))`;
    return { warnings: [text] };
  }
}
