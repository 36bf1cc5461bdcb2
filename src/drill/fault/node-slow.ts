// The network of nodes is slow, lossy or narrow.

import { machineTime } from '../../base/machine-time.ts';
import { headed, joined, type Told, told } from '../told.ts';
import { notedKubelets, noteKubelets } from './acts/stop-nodes.ts';
import { chooseNodes } from './choice/nodes.ts';
import { beginsNow, defineFault } from './define-fault.ts';
import type { Injection } from './fault.ts';
import { linkParameters, linkQualityIn } from './link-texts.ts';
import { heldSince } from './look/held-since.ts';
import { type Question, questionsFor } from './look/kubelet-answer.ts';
import { type LinkMeasure, lateAnswers, measureLink, shapedBytes } from './look/link-measure.ts';
import { linksOf, machineryOf, needsLatency, needsLinks } from './need/needs.ts';
import { nodeParameters } from './parameters.ts';

/** Of what is asked for, so much has to show: other things take their time, too. */
const shown = 0.8;
/** One late answer may be chance. */
const lateEnough = 2;

export const nodeSlow = defineFault({
  name: 'node-slow',
  summary: {
    en: 'Makes the network of nodes slow (latency), lossy (loss) or narrow (rate).',
    es: 'Hace lenta (latency), con pérdidas (loss) o estrecha (rate) la red de nodos.',
  },
  parameters: { ...nodeParameters, ...linkParameters },
  lasts: true,
  async impossible(world, _target, parameters) {
    if (Object.values(linkQualityIn(parameters)).every((value) => value === undefined)) return notHowSlow;
    const { latencyMs } = linkQualityIn(parameters);
    return (await needsLinks(world)) ?? (latencyMs ? await needsLatency() : undefined);
  },
  choose: chooseNodes,
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'node-heal', node })),
  async inject(injection) {
    const { victims, parameters } = injection;
    await noteUsual(injection);
    await noteKubelets(injection);
    const links = linksOf(machineryOf(injection));
    beginsNow(injection);
    await Promise.all(victims.nodes.map((node) => links.slow(node, linkQualityIn(parameters))));
  },
  async look(injection) {
    const begun = machineTime();
    const seen = await Promise.all(injection.victims.nodes.map((node) => lookAt(injection, node)));
    if (seen.includes(undefined)) return undefined;
    const since = heldSince(injection, begun);
    const texts = seen.filter(isTold);
    return texts.length < seen.length ? 'perhaps' : { text: joined(texts, '; '), since };
  },
});

const notHowSlow = told(
  'it does not say how slow: give it latency, loss or rate',
  'no dice cómo de lenta: dale latency, loss o rate',
);

/** What one look shows: nothing, a part of what was asked for, or all of it. */
type Part = Told | 'perhaps' | undefined;

function isTold(part: Part): part is Told {
  return part !== undefined && part !== 'perhaps';
}

interface Usual {
  readonly question: Question;
  readonly measure: LinkMeasure;
}

/** How they were before. */
async function noteUsual({ world, victims, signal, notes }: Injection): Promise<void> {
  const questions = await questionsFor(world.client, victims.nodes, signal);
  for (const question of questions) {
    const measure = await measureLink(world.client, question, signal);
    notes.set(`usual ${question.node}`, { question, measure } satisfies Usual);
  }
}

/** All that was asked for has to show; `perhaps`: some of it does. */
async function lookAt(injection: Injection, node: string): Promise<Part> {
  const { latencyMs, loss, rateBitsPerSecond } = linkQualityIn(injection.parameters);
  const seen = [
    ...(latencyMs || loss ? [await lookFromOutside(injection, node, latencyMs ?? 0, loss ?? 0)] : []),
    ...(rateBitsPerSecond ? [await lookInKernel(injection, node)] : []),
  ];
  if (seen.includes(undefined)) return undefined;
  const texts = seen.filter(isTold);
  return texts.length < seen.length ? 'perhaps' : headed(node, joined(texts, ', '));
}

async function lookFromOutside(
  { world, notes, signal }: Injection,
  node: string,
  latencyMs: number,
  loss: number,
): Promise<Part> {
  const usual = notes.get(`usual ${node}`) as Usual | undefined;
  if (!usual) return undefined;
  const now = await measureLink(world.client, usual.question, signal);
  const added = now.median - usual.measure.median;
  if (latencyMs > 0 && !(added >= latencyMs * shown)) return undefined;
  const texts = latencyMs > 0 ? [later(Math.round(added))] : [];
  if (loss === 0) return joined(texts, ', ');
  // A late answer is one of a link that is as slow and loses something.
  const base = {
    ...usual.measure,
    times: usual.measure.times.map((time) => time + Math.max(0, latencyMs && added)),
  };
  const late = Number(notes.get(`late ${node}`) ?? 0) + lateAnswers(now, base);
  const asked = Number(notes.get(`asked ${node}`) ?? 0) + now.asked;
  notes.set(`late ${node}`, late);
  notes.set(`asked ${node}`, asked);
  if (late < lateEnough) return late > 0 ? 'perhaps' : undefined;
  return joined([...texts, lost(late, asked, usual.measure.asked)], ', ');
}

function later(ms: number): Told {
  return told(
    `its kubelet answers ${ms} ms later than before`,
    `su kubelet responde ${ms} ms más tarde que antes`,
  );
}

function lost(late: number, asked: number, before: number): Told {
  return told(
    `${late} of ${asked} answers came as late as after a lost packet, of ${before} before none`,
    `${late} de ${asked} respuestas llegaron tan tarde como tras un paquete perdido, y antes ninguna de ${before}`,
  );
}

/** What is narrow shows only when much is to pass: the kernel tells what it does, and that packets go that way. */
async function lookInKernel(injection: Injection, node: string): Promise<Part> {
  const kubelet = notedKubelets(injection).find((each) => each.node === node);
  const shaped = kubelet && (await shapedBytes(kubelet.pid));
  if (!shaped || shaped.bytes === 0) return undefined;
  const { bytes, words } = shaped;
  return told(
    `the kernel has sent ${bytes} bytes from it through "${words}"`,
    `el núcleo ha enviado ${bytes} bytes desde él por «${words}»`,
  );
}
