// relevo image rm: forgets images. Containers that run have files of their own; what they could not do is start again.

import type { Command } from 'commander';
import { pods } from '../client/resources.ts';
import { ClusterDir, clusterNames } from '../machinery/cluster-dir.ts';
import { type ImageName, parseImageName, shortName } from '../runtime/process/images/image-name.ts';
import { withClient } from './cluster-client.ts';
import { imageNameOf, openStore, withWriter } from './image-store.ts';
import { messagesOf, withCommonOptions } from './verb.ts';

const patienceMs = 3_000;

export function addRemove(image: Command): void {
  withCommonOptions(image.command('rm'))
    .alias('remove')
    .summary('remove images')
    .description('remove images; those that pods of a running cluster use only with --force')
    .argument('<names...>')
    .option('-f, --force', 'although pods use it')
    .action(async (texts: string[], { force = false }: { force?: boolean }, self: Command) => {
      const { image: messages } = messagesOf(self);
      const names = texts.map(imageNameOf);
      const store = openStore();
      for (const name of names) {
        if (!store.find(name)) throw missing(name);
        if (!force) await refuseUsed(name);
      }
      await withWriter(store, messages, async (writer) => {
        for (const name of names) {
          if (!writer.remove(name)) throw missing(name);
          process.stdout.write(`${messages.removed(shortName(name))}\n`);
        }
      });
    });
}

function missing(name: ImageName): Error {
  return new Error(`there is no image "${shortName(name)}"; "relevo image list" lists them`);
}

/** A cluster that does not answer is not asked twice: what it uses is not known, then. */
async function refuseUsed(name: ImageName): Promise<void> {
  for (const clusterName of clusterNames()) {
    const cluster = new ClusterDir(clusterName);
    if (!cluster.running()) continue;
    const [first, ...more] = await podsWith(name, cluster).catch(() => []);
    if (first === undefined) continue;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    throw new Error(
      `"${shortName(name)}" is used by the pod ${first}${others} of the cluster "${clusterName}", which could not start again; --force removes it all the same`,
    );
  }
}

async function podsWith(name: ImageName, cluster: ClusterDir): Promise<string[]> {
  const { items } = await withClient(cluster, (client) => client.resource(pods).list(), {
    requestTimeoutMs: patienceMs,
  });
  const using = items.filter(({ spec }) =>
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(({ image = '' }) =>
      isName(image, name),
    ),
  );
  return using.map(({ metadata }) => metadata.name ?? '');
}

function isName(text: string, name: ImageName): boolean {
  const used = parseImageName(text);
  return used !== undefined && shortName(used) === shortName(name);
}
