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
  load: ['base', 'api'],
  vip: ['base', 'api'],
  machinery: ['base', 'api'],

  apiserver: ['base', 'api', 'store'],
  controllers: ['base', 'api', 'client'],
  scheduler: ['base', 'api', 'client'],
  kubelet: ['base', 'api', 'client', 'runtime', 'network'],
  balancer: ['base', 'api', 'client', 'lb'],
  drill: ['base', 'api', 'client', 'load', 'machinery'],
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
  'src/cli/demo.ts': ['daemon', 'drill'],
  'src/cli/demo/show.ts': ['drill'],
  'src/cli/cleanup.ts': ['daemon'],
  'src/cli/delete.ts': ['daemon'],
  'src/cli/snapshot.ts': ['daemon'],
  'src/cli/lb-check.ts': ['daemon'],
  'src/cli/lb-import.ts': ['lb'],
  'src/cli/lb-run.ts': ['daemon', 'lb'],
  'src/cli/drill-applications.ts': ['drill'],
  'src/cli/drill-run.ts': ['drill'],
  'src/cli/drill-undo.ts': ['drill'],
  'src/cli/drill-world.ts': ['drill'],
  'src/cli/drill-progress.ts': ['drill'],
  'src/cli/drill-run-many.ts': ['drill'],
  'src/cli/load-about.ts': ['load'],
  'src/cli/load-check.ts': ['load'],
  'src/cli/load-compare.ts': ['load'],
  'src/cli/load-plan.ts': ['load'],
  'src/cli/load-report.ts': ['load'],
  'src/cli/load-run.ts': ['load'],
  'src/cli/drill-explain.ts': ['drill'],
  'src/cli/drill-file.ts': ['drill'],
  'src/cli/drill-in-words.ts': ['drill'],
  'src/cli/drill-list.ts': ['drill'],
  'src/cli/drill-new.ts': ['drill'],
  'src/cli/drill-template.ts': ['drill'],
  'src/cli/fault-in-words.ts': ['drill'],
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
