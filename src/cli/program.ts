// The command line as a whole: which verbs there are, and how errors become one line and an exit code. A verb's file is loaded when it is used.

import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { oneLine as oneLineOf } from '../machinery/supervised-messages.ts';
import { exitCodeOf, UsageError } from './errors.ts';
import { type VerbContext, type VerbName, verb, verbNames, withCommonOptions } from './verb.ts';

/** A verb without a line here is not offered yet. */
const loaders: Partial<Record<VerbName, () => Promise<{ command(context: VerbContext): Command }>>> = {
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  delete: () => import('./delete.ts'),
  cleanup: () => import('./cleanup.ts'),
  status: () => import('./status.ts'),
  kubeconfig: () => import('./kubeconfig.ts'),
  kubectl: () => import('./kubectl.ts'),
  snapshot: () => import('./snapshot.ts'),
  node: () => import('./node.ts'),
  pod: () => import('./pod.ts'),
  'control-plane': () => import('./control-plane.ts'),
  kubelet: () => import('./kubelet.ts'),
  balancer: () => import('./balancer.ts'),
  server: () => import('./server.ts'),
  image: () => import('./image.ts'),
  lb: () => import('./lb.ts'),
  load: () => import('./load.ts'),
  drill: () => import('./drill.ts'),
  demo: () => import('./demo.ts'),
  completion: () => import('./completion.ts'),
};

const offered = verbNames.filter((name) => loaders[name] !== undefined);

/** Runs one command line (without node and file) and resolves with its exit code; what went wrong is on standard error, in one line. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let program = emptyProgram();
  try {
    program = await programFor(args);
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isUsage = error instanceof CommanderError;
    process.stderr.write(`relevo: ${oneLine(error)}${isUsage ? whereToLook(program, args) : ''}\n`);
    return isUsage ? 2 : exitCodeOf(error);
  }
}

/** The program with the verb of this command line loaded, the others by name only. */
async function programFor(args: readonly string[]): Promise<Command> {
  const [first, second] = emptyProgram().parseOptions([...args]).operands;
  const wanted = first === 'help' ? second : first;
  if (wanted !== undefined && !offered.some((name) => name === wanted)) {
    throw new UsageError(`there is no verb "${wanted}"; "relevo --help" lists them`);
  }
  return loadProgram((name) => name === wanted);
}

async function loadProgram(isWanted: (name: string) => boolean): Promise<Command> {
  const program = emptyProgram();
  const context = { loadProgram: () => loadProgram(() => true) };
  for (const name of offered) {
    const loaded = isWanted(name) ? await loaders[name]?.() : undefined;
    program.addCommand(inheriting(loaded?.command(context) ?? verb(name), program));
  }
  return program;
}

/** Down to the verbs of a verb: they were made before there was anything to inherit. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) inheriting(inner, command);
  return command;
}

function emptyProgram(): Command {
  const program = new Command('relevo')
    .description('Keeps a web application up, and proves it.')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand('help [verb]', 'show what a verb does')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  return withCommonOptions(program).action(() => program.outputHelp());
}

/** At the help of the verb that was given, down to the verb of a verb. */
function whereToLook(program: Command, args: readonly string[]): string {
  return `; "${['relevo', ...verbsIn(program, args), '--help'].join(' ')}" says more`;
}

function verbsIn(command: Command, args: readonly string[]): string[] {
  try {
    const { operands, unknown } = command.parseOptions([...args]);
    const inner = command.commands.find((verbOf) => verbOf.name() === operands[0]);
    return inner ? [inner.name(), ...verbsIn(inner, unknown)] : [];
  } catch {
    // An option without its value: what comes after it is not known to be a verb.
    return [];
  }
}

/** RELEVO_DEBUG=1 shows where an error came from. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.RELEVO_DEBUG) return String(error.stack);
  return oneLineOf(error)
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .trim();
}
