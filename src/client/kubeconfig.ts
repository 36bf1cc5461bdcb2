// Kubeconfig files: reading, and merging several as kubectl does (the first file that has an entry wins).

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface KubeCluster {
  server?: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
}

export interface KubeUser {
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  exec?: unknown;
  'auth-provider'?: unknown;
}

export interface KubeContext {
  cluster?: string;
  user?: string;
  namespace?: string;
}

/** An entry and the file it is from: paths in it are relative to that file. */
export interface Sourced<T> {
  file: string;
  value: T;
}

export interface Kubeconfig {
  clusters: ReadonlyMap<string, Sourced<KubeCluster>>;
  users: ReadonlyMap<string, Sourced<KubeUser>>;
  contexts: ReadonlyMap<string, Sourced<KubeContext>>;
  currentContext: string | undefined;
}

/** Something in a kubeconfig that the user has to mend; the message is one line. */
export class KubeconfigError extends Error {
  override name = 'KubeconfigError';
}

/** The files that apply: those of $KUBECONFIG, or ~/.kube/config. */
export function kubeconfigPaths(env: NodeJS.ProcessEnv = process.env, home = homedir()): string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(home, '.kube', 'config')];
}

/** Reads and merges; files that do not exist are passed over. Throws KubeconfigError for one that is broken or unreadable. */
export async function loadKubeconfig(paths: readonly string[]): Promise<Kubeconfig> {
  const configs: Kubeconfig[] = [];
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== undefined) configs.push(await parseKubeconfig(text, path));
  }
  return mergeKubeconfigs(configs);
}

/** `file` is named in errors and is what relative paths are relative to. Throws KubeconfigError. */
export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const raw = await parseText(text, file);
  if (raw === null || raw === undefined) return mergeKubeconfigs([]);
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new KubeconfigError(`${file}: not a kubeconfig`);
  const fields = raw as Record<string, unknown>;
  const currentContext = fields['current-context'];
  return {
    clusters: entries<KubeCluster>(fields, 'clusters', 'cluster', file),
    users: entries<KubeUser>(fields, 'users', 'user', file),
    contexts: entries<KubeContext>(fields, 'contexts', 'context', file),
    currentContext: typeof currentContext === 'string' && currentContext ? currentContext : undefined,
  };
}

/** Per entry, and for the current context, the first that has it wins. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const first = configs.find(({ currentContext }) => currentContext !== undefined);
  return {
    clusters: firstWins(configs.map(({ clusters }) => clusters)),
    users: firstWins(configs.map(({ users }) => users)),
    contexts: firstWins(configs.map(({ contexts }) => contexts)),
    currentContext: first?.currentContext,
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): Map<string, T> {
  return new Map([...maps].reverse().flatMap((map) => [...map]));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KubeconfigError(`cannot read the kubeconfig ${path}: ${(cause as Error).message}`, { cause });
  }
}

async function parseText(text: string, file: string): Promise<unknown> {
  try {
    // Our own files are JSON, which is YAML too: loading the YAML parser costs more than everything else here.
    if (text.trimStart().startsWith('{')) return JSON.parse(text);
  } catch {
    // Flow-style YAML.
  }
  try {
    const { parse } = await import('yaml');
    return parse(text);
  } catch (cause) {
    const [line] = (cause as Error).message.split('\n');
    throw new KubeconfigError(`${file}: not valid YAML: ${line}`, { cause });
  }
}

function entries<T>(
  fields: Record<string, unknown>,
  list: string,
  field: string,
  file: string,
): Map<string, Sourced<T>> {
  const items = fields[list] ?? [];
  if (!Array.isArray(items)) throw new KubeconfigError(`${file}: ${list} must be a list`);
  const found = new Map<string, Sourced<T>>();
  for (const item of items) {
    const name = item?.name;
    if (typeof name !== 'string') throw new KubeconfigError(`${file}: an entry of ${list} has no name`);
    if (!found.has(name)) found.set(name, { file, value: (item[field] ?? {}) as T });
  }
  return found;
}
