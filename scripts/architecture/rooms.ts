// The import directions of the rooms in src/, as a table. ARCHITECTURE.md has the picture; this file is what is enforced.

/** What each room may import besides itself. A room that is not listed is refused: add it here, with its direction, first. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  api: ['base'],

  store: ['base', 'api'],
  client: ['base', 'api'],
  runtime: ['base', 'api'],
  network: ['base', 'api'],
  lb: ['base', 'api'],
  vip: ['base', 'api'],
  machinery: ['base', 'api'],

  apiserver: ['base', 'api', 'store'],
  controllers: ['base', 'api', 'client'],
  scheduler: ['base', 'api', 'client'],
  kubelet: ['base', 'api', 'client', 'runtime', 'network'],
  balancer: ['base', 'api', 'client', 'lb'],
  console: ['base', 'api', 'client'],

  daemon: [
    ...['base', 'api', 'store', 'client', 'runtime', 'network', 'lb', 'load', 'vip', 'machinery'],
    ...['apiserver', 'controllers', 'scheduler', 'kubelet', 'balancer', 'drill', 'console'],
  ],
  cli: ['base', 'api', 'client', 'machinery'],
};

/** The few files that may import more than their room may: the verbs that start something or remove what is left, and that of images. */
export const mayAlsoImport: Readonly<Record<string, readonly string[]>> = {
  'src/cli/up.ts': ['daemon', 'lb'],
  'src/cli/balancer.ts': ['daemon', 'lb'],
  'src/cli/demo.ts': ['daemon'],
  'src/cli/cleanup.ts': ['daemon'],
  'src/cli/delete.ts': ['daemon'],
  'src/cli/snapshot.ts': ['daemon'],
  'src/cli/lb-check.ts': ['daemon'],
  'src/cli/lb-import.ts': ['lb'],
  'src/cli/lb-run.ts': ['daemon', 'lb'],
  'src/cli/image-build.ts': ['runtime', 'network'],
  'src/cli/image-list.ts': ['runtime'],
  'src/cli/image-load.ts': ['runtime'],
  'src/cli/image-remove.ts': ['runtime'],
  'src/cli/image-store.ts': ['runtime'],
};

/** Rooms that import nothing of Node itself, so that they run anywhere. */
export const withoutNode: readonly string[] = ['api'];

/** Rooms that know no Pod: whoever imports them translates. */
export const withoutPods: readonly string[] = ['lb'];

/** Files longer than this are refused in src/. */
export const longestFile = 400;

/** Written by a script, not by hand: exempt from the length. */
export const generated: readonly string[] = ['src/api/generated/'];

/** The one file that may ask where it lies: a built package has its files elsewhere. */
export const locator = 'src/base/entry.ts';
