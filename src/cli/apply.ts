// Applies manifests as a user of the API: server-side apply, definitions of kinds and namespaces before what needs them.

import { StatusError } from '../api/status.ts';
import { systemClock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { KindDirectory } from '../client/kind-directory.ts';
import type { Resource } from '../client/resource.ts';
import { isStatusError } from '../client/response-error.ts';
import type { Manifest, ManifestObject } from './manifests.ts';

export interface Applied {
  readonly source: string;
  /** `Deployment/web`. */
  readonly name: string;
  /** Why it was refused, in one line; undefined when it is as the manifest says. */
  readonly error?: string;
}

/** How long a kind may take to be served after its definition was applied. */
const definedWithinMs = 10_000;
const first = ['CustomResourceDefinition', 'Namespace'];

/**
 * Applies one after the other and goes on after one that is refused. Fields that somebody else manages are taken over: what is in a
 * file that was named is what its owner wants now. Rejects only when the API does not answer.
 */
export async function applyManifests(
  client: Client,
  manifests: readonly Manifest[],
  onApplied: (applied: Applied) => void,
  signal?: AbortSignal,
): Promise<Applied[]> {
  const kinds = new KindDirectory(client);
  const defined = new Set(manifests.flatMap(({ object }) => definedKind(object) ?? []));
  const results: Applied[] = [];
  for (const manifest of inOrder(manifests)) {
    signal?.throwIfAborted();
    const patienceMs = defined.has(manifest.object.kind) ? definedWithinMs : 0;
    const error = await applyOne({ client, kinds, patienceMs, signal }, manifest.object);
    const { kind, metadata } = manifest.object;
    const applied = {
      source: manifest.source,
      name: `${kind}/${metadata.name}`,
      ...(error ? { error } : {}),
    };
    results.push(applied);
    onApplied(applied);
  }
  return results;
}

interface Applying {
  client: Client;
  kinds: KindDirectory;
  patienceMs: number;
  signal: AbortSignal | undefined;
}

function inOrder(manifests: readonly Manifest[]): Manifest[] {
  const rank = ({ object }: Manifest) =>
    first.includes(object.kind) ? first.indexOf(object.kind) : first.length;
  return manifests.toSorted((a, b) => rank(a) - rank(b));
}

function definedKind({ kind, spec }: ManifestObject): string | undefined {
  if (kind !== 'CustomResourceDefinition') return undefined;
  return (spec as { names?: { kind?: string } } | undefined)?.names?.kind;
}

/** Resolves with why it was refused. */
async function applyOne(applying: Applying, object: ManifestObject): Promise<string | undefined> {
  const { client, signal } = applying;
  const { apiVersion, kind, metadata } = object;
  try {
    const resource = await served(applying, apiVersion, kind);
    if (!resource)
      return `the API serves no kind ${kind} in ${apiVersion}; "relevo kubectl api-resources" lists what it serves`;
    const namespace = resource.namespaced ? metadata.namespace || 'default' : undefined;
    await client
      .resource(resource, namespace)
      .apply(metadata.name ?? '', object, { force: true, fieldValidation: 'Strict', signal });
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return refusal(error);
    throw error;
  }
}

function refusal({ message, status }: StatusError): string {
  const { kind, name } = status.details ?? {};
  const isNamespace = status.reason === 'NotFound' && kind === 'namespaces';
  const remedy = isNamespace ? `; add the Namespace ${name} to the manifests` : '';
  return `${message.replace(/\s*\n\s*/g, ' ')}${remedy}`;
}

/** Waits for a kind whose definition has just been applied. */
async function served(
  { kinds, patienceMs, signal }: Applying,
  apiVersion: string,
  kind: string,
): Promise<Resource | undefined> {
  const deadline = systemClock.monotonic() + patienceMs;
  for (;;) {
    const resource = await findKind(kinds, apiVersion, kind);
    if (resource || systemClock.monotonic() >= deadline || signal?.aborted) return resource;
    await sleep(systemClock, 50, signal);
  }
}

async function findKind(
  kinds: KindDirectory,
  apiVersion: string,
  kind: string,
): Promise<Resource | undefined> {
  try {
    return await kinds.find(apiVersion, kind);
  } catch (error) {
    if (isStatusError(error, 404)) return undefined;
    throw error;
  }
}
