// What every verb's file has in common: it exports `command(context)`, made with verb().

import { Command } from 'commander';
import type { Language } from '../base/language.ts';
import { ClusterDir, ClusterNameError } from '../machinery/cluster-dir.ts';
import { UsageError } from './errors.ts';
import type { Messages } from './messages/en.ts';
import { languageFor, messagesFor } from './messages/messages.ts';

/** Every verb with its line in the list of verbs, in the list's order. */
const summaries = {
  up: 'start a cluster',
  down: 'stop a cluster and keep everything',
  delete: 'stop a cluster and remove all it has',
  cleanup: 'remove what clusters that were killed have left',
  status: 'say how a cluster is',
  kubeconfig: "print a cluster's kubeconfig",
  kubectl: 'run kubectl against a cluster',
  snapshot: 'save or restore all that a cluster has',
  node: 'stop, start, freeze, add and remove nodes',
  pod: 'kill, freeze and hold the processes of a pod',
  'control-plane': "kill a cluster's control plane and nothing else",
  kubelet: "kill a node's kubelet and nothing else",
  balancer: "run a balancer for any cluster, or kill this cluster's",
  server: 'list servers of Services, drain them, set their weights',
  image: 'build, load, list and remove images',
  lb: 'run a balancer without a cluster, check and import its configuration',
  load: 'ask an application for much, and measure what its users see',
  drill: 'let something go wrong under load, and find out whether users notice',
  demo: 'lose a node under load, and end with a verdict',
  completion: 'print completions for a shell',
} as const;

export type VerbName = keyof typeof summaries;

export const verbNames = Object.keys(summaries) as VerbName[];

export interface VerbContext {
  /** The whole program with every verb loaded: for the one that describes all others. */
  loadProgram(): Promise<Command>;
}

/** Options that every verb understands, before the verb and after it. */
export interface CommonOptions {
  name?: string;
  lang?: string;
}

/** Adds the common options. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--name <cluster>', 'which cluster (default: "default")')
    .option('--lang <language>', 'language of messages: en, es (default: the locale)');
}

/** A new command for the verb. */
export function verb(name: VerbName): Command {
  return withCommonOptions(new Command(name))
    .summary(summaries[name])
    .description(summaries[name])
    .helpOption('-h, --help', 'show this');
}

/** The inner over the outer: `relevo --name a up --name b` means b. */
export function optionsOf(command: Command): CommonOptions {
  return { ...(command.parent ? optionsOf(command.parent) : {}), ...command.opts() };
}

/** Throws UsageError for a name that cannot be one, and for a data folder without one: it would be the working directory. */
export function clusterOf(command: Command, data?: string): ClusterDir {
  if (data === '') throw new UsageError('--data is empty: name a folder');
  try {
    return new ClusterDir(optionsOf(command).name ?? 'default', data === undefined ? {} : { data });
  } catch (error) {
    if (error instanceof ClusterNameError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Throws UsageError for a language there are no messages in. */
export function messagesOf(command: Command): Messages {
  return messagesFor(optionsOf(command).lang);
}

/** Throws UsageError for a language there are no words in. */
export function languageIn(command: Command): Language {
  return languageFor(optionsOf(command).lang);
}
