// Writing kubeconfigs: ours on its own, and ours into the user's, whose other entries and comments stay as they are.
// Text in, text out: the caller reads and atomically replaces the file.

import { type Document, isMap, isSeq, parseDocument, stringify, type YAMLMap, YAMLSeq } from 'yaml';
import { KubeconfigError } from './kubeconfig.ts';
import { contextOf, type KubeconfigEntry, kubeconfigObject } from './kubeconfig-entry.ts';

const lists = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;

/** A kubeconfig with this entry only, as YAML text, as people expect it. */
export function serializeKubeconfig(entry: KubeconfigEntry): string {
  return stringify(kubeconfigObject(entry), { lineWidth: 0 });
}

/**
 * The user's text with our entry added or replaced, and made the current context unless told otherwise. Throws KubeconfigError for
 * a text that is no kubeconfig: such a file must not be touched.
 */
export function mergeKubeconfig(
  existing: string | undefined,
  ours: KubeconfigEntry,
  options: { setCurrent?: boolean } = {},
): string {
  if (existing === undefined || existing.trim() === '') return serializeKubeconfig(ours);
  const document = readDocument(existing);
  const values = { clusters: ours.cluster, users: ours.user, contexts: contextOf(ours) };
  for (const [list, field] of Object.entries(lists) as [keyof typeof lists, string][]) {
    putEntry(document, list, ours.name, field, values[list]);
  }
  if (options.setCurrent ?? true) document.set('current-context', ours.name);
  return document.toString({ lineWidth: 0 });
}

/** The user's text without the entries of this name; it is no longer the current context either. Throws KubeconfigError. */
export function removeFromKubeconfig(existing: string, name: string): string {
  const document = readDocument(existing);
  for (const list of Object.keys(lists)) {
    const entries = document.get(list);
    if (!isSeq(entries)) continue;
    entries.items = entries.items.filter((item) => !isEntry(item, name));
  }
  if (document.get('current-context') === name) document.set('current-context', '');
  return document.toString({ lineWidth: 0 });
}

function readDocument(text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new KubeconfigError(`not valid YAML: ${error.message.split('\n')[0]}`, { cause: error });
  if (!isMap(document.contents)) throw new KubeconfigError('not a kubeconfig: it is no mapping');
  for (const list of Object.keys(lists)) {
    const entries = document.get(list);
    if (entries !== undefined && entries !== null && !isSeq(entries)) {
      throw new KubeconfigError(`not a kubeconfig: ${list} must be a list`);
    }
  }
  return document as unknown as Document;
}

function putEntry(document: Document, list: string, name: string, field: string, value: object): void {
  const known = document.get(list);
  const entries = isSeq(known) ? known : new YAMLSeq();
  if (entries !== known) document.set(list, entries);
  const existing = entries.items.find((item) => isEntry(item, name));
  if (existing) existing.set(field, document.createNode(value));
  else entries.add(document.createNode({ name, [field]: value }));
}

function isEntry(item: unknown, name: string): item is YAMLMap {
  return isMap(item) && item.get('name') === name;
}
