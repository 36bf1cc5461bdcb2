// relevo demo: a cluster of its own, an application with backups under load, a node that is lost, and the verdict. Only the report stays.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { startCluster } from '../daemon/cluster.ts';
import { catalogueFile } from '../drill/catalogue.ts';
import { drillText } from '../drill/report/drill-text.ts';
import { forgetFolder, reportFolder } from '../drill/report/report-folder.ts';
import { wordsFor } from '../drill/report/words/words.ts';
import { writeDrillReport } from '../drill/report/write-drill-report.ts';
import { runDrill } from '../drill/run/run-drill.ts';
import { readScenarioFile } from '../drill/scenario/read-scenario-file.ts';
import type { Scenario } from '../drill/scenario/scenario.ts';
import type { DrillResult } from '../drill/verdict/evidence.ts';
import { ClusterDir } from '../machinery/cluster-dir.ts';
import { Show } from './demo/show.ts';
import { stageOn } from './demo/stage.ts';
import { applicationsOn } from './drill-applications.ts';
import { exitCodes } from './drill-run.ts';
import { withWorldOf } from './drill-world.ts';
import { interruption } from './interruption.ts';
import { withProgress } from './progress.ts';
import { languageIn, messagesOf, verb } from './verb.ts';

const nodeCount = 3;
const drill = 'node-lost';
/** Shorter than in the catalogue: somebody watches. Its replicas are replaced after 7 to 8 s. */
const [calmMs, lostMs] = [3_000, 12_000];
const application = { namespace: 'relevo-drills', labelSelector: 'app=shop' };

interface Options {
  out?: string;
}

export function command(): Command {
  return verb('demo')
    .option('--out <folder>', 'a new folder for the report (default: drills/demo-TIME)')
    .addHelpText('after', '\nThe exit code is that of the drill: 0 for pass, 1 for fail, 3 for inconclusive.')
    .action(async ({ out }: Options, self: Command) => {
      const folder = reportFolder(out, 'demo', new Date());
      const messages = messagesOf(self);
      const signal = interruption();
      say(messages.demo.title());
      const result = await inOwnHome((dir) => play(dir, self, folder, signal)).finally(() =>
        forgetFolder(folder),
      );
      const page = writeDrillReport(folder, result, languageIn(self));
      say(drillText(result, languageIn(self), process.stdout.columns));
      say(wordsFor(languageIn(self)).progress.report(path.relative(process.cwd(), page) || page));
      say(messages.demo.next());
      process.exitCode = signal.aborted ? 130 : exitCodes[result.verdict];
    });
}

async function inOwnHome<T>(work: (dir: ClusterDir) => Promise<T>): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'relevo-demo-'));
  try {
    return await work(new ClusterDir('demo', { home }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function play(
  dir: ClusterDir,
  self: Command,
  folder: string,
  signal: AbortSignal,
): Promise<DrillResult> {
  const { up } = messagesOf(self);
  const starting = startCluster(dir, { nodes: nodeCount, runtime: 'process' }, () => {}, signal);
  const cluster = await withProgress(up.starting(dir.name), starting);
  try {
    return await onCluster(dir, self, folder, signal);
  } finally {
    await withProgress(up.stopping(), cluster.close());
  }
}

function onCluster(
  dir: ClusterDir,
  self: Command,
  folder: string,
  signal: AbortSignal,
): Promise<DrillResult> {
  const messages = messagesOf(self);
  const words = wordsFor(languageIn(self));
  return withWorldOf(dir, async (world) => {
    const stage = stageOn(process.stdout, messages);
    const show = new Show({
      client: world.client,
      stage,
      messages,
      words,
      clock: systemClock,
      ...application,
    });
    await show.start();
    try {
      return await runDrill(lostNode(), world, {
        ...{ folder, signal, applications: applicationsOn(world), command: `relevo drill run ${drill}` },
        onProgress: (progress) => show.tell(progress),
      });
    } finally {
      await show.close();
    }
  });
}

function lostNode(): Scenario {
  const scenario = readScenarioFile(catalogueFile(drill) as string);
  return { ...scenario, calmMs, faults: scenario.faults.map((fault) => ({ ...fault, forMs: lostMs })) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
