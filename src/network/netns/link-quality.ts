// Makes a link bad. netem can do all of it; where the kernel has none, a token bucket and a filter that tosses coins do what they can.

import { runProgram } from '../../base/run-program.ts';

export interface LinkQuality {
  /** Added on the way out. */
  readonly latencyMs?: number;
  /** Of packets that leave: 0 to 1. */
  readonly loss?: number;
  readonly rateBitsPerSecond?: number;
}

/** Makes it as good as it was. */
type Undo = () => Promise<void>;

/** Lines for `tc -batch`. */
interface Step {
  readonly line: string;
  readonly undo?: string;
}

/**
 * `enter`: what stands before a program's words so that it runs where the link is. Rejects with an Error in one line that says what the kernel
 * lacks; the link is as it was then.
 */
export async function slowLink(enter: readonly string[], link: string, quality: LinkQuality): Promise<Undo> {
  const tc = (lines: readonly string[]) =>
    runProgram([...enter, 'tc', '-batch', '-'], lines.join('\n')).catch((cause: Error) => {
      throw /failed to execute tc/.test(cause.message) ? new Error(noProgram, { cause }) : cause;
    });
  const perform = async (steps: readonly Step[]) => {
    const undos: string[] = [];
    const undo = async () => void (await tc(undos));
    try {
      for (const step of steps) {
        await tc([step.line]);
        if (step.undo) undos.push(step.undo);
      }
    } catch (error) {
      await undo();
      throw error;
    }
    return undo;
  };
  const whole = netem(link, quality);
  try {
    return await perform(whole);
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  if (quality.latencyMs) throw new Error(noLatency);
  return perform(withoutNetem(link, quality)).catch((cause: Error) => {
    throw isUnknown(cause) ? new Error(noSubstitute, { cause }) : cause;
  });
}

const noProgram = 'the program "tc" is missing: install it ("apt install iproute2", elsewhere "iproute-tc")';
const needsNetem = 'the kernel module sch_netem, which this kernel does not have';
const noLatency = `latency needs ${needsNetem}: load it ("modprobe sch_netem") or install it, or ask for loss and rate only`;
const noSubstitute = `a bad link needs ${needsNetem}: load it ("modprobe sch_netem") or install it`;

/** tc's and the kernel's words for a module that is not there. */
function isUnknown(error: unknown): boolean {
  return /kind is unknown|classifier not found|Unknown qdisc|answers: No such file/i.test(
    (error as Error).message,
  );
}

function netem(link: string, { latencyMs, loss, rateBitsPerSecond }: LinkQuality): Step[] {
  const words = [
    ...(latencyMs ? ['delay', `${Math.round(latencyMs * 1000)}us`] : []),
    ...(loss ? ['loss', 'random', `${loss * 100}%`] : []),
    ...(rateBitsPerSecond ? ['rate', `${Math.round(rateBitsPerSecond)}bit`] : []),
  ];
  if (words.length === 0) return [];
  // Room for what is under way on a link that is long and fast; the default of 1000 packets would lose some.
  const line = `qdisc add dev ${link} root netem limit 20000 ${words.join(' ')}`;
  return [{ line, undo: `qdisc del dev ${link} root` }];
}

function withoutNetem(link: string, { loss, rateBitsPerSecond }: LinkQuality): Step[] {
  return [...(rateBitsPerSecond ? [bucket(link, rateBitsPerSecond)] : []), ...(loss ? coin(link, loss) : [])];
}

/** The bucket holds a few packets, or what passes in 10 ms: the kernel may fill it that rarely. */
function bucket(link: string, bitsPerSecond: number): Step {
  const burstBytes = Math.max(5000, Math.ceil(bitsPerSecond / 8 / 100));
  const words = `rate ${Math.round(bitsPerSecond)}bit burst ${burstBytes} latency 400ms`;
  return { line: `qdisc add dev ${link} root tbf ${words}`, undo: `qdisc del dev ${link} root` };
}

const bpfLoad = 0x20;
const bpfJumpIfGreater = 0x25;
const bpfReturn = 0x06;
/** SKF_AD_OFF + SKF_AD_RANDOM of linux/filter.h: loading from there gives a random number of 32 bits. */
const randomNumber = 0x1_0000_0000 - 0x1000 + 56;
/** linux/pkt_cls.h: TC_ACT_SHOT drops the packet, TC_ACT_UNSPEC lets it pass. */
const drop = 2;
const pass = 0xffff_ffff;

/** A classic BPF program of four instructions; needs CONFIG_NET_CLS_BPF and no compiler. */
function coin(link: string, loss: number): Step[] {
  const highestLost = Math.min(0xffff_ffff, Math.round(loss * 0x1_0000_0000) - 1);
  const program = [
    `${bpfLoad} 0 0 ${randomNumber}`,
    `${bpfJumpIfGreater} 1 0 ${Math.max(0, highestLost)}`,
    `${bpfReturn} 0 0 ${drop}`,
    `${bpfReturn} 0 0 ${pass}`,
  ];
  const bytecode = `${program.length},${program.join(',')}`;
  return [
    { line: `qdisc add dev ${link} clsact`, undo: `qdisc del dev ${link} clsact` },
    { line: `filter add dev ${link} egress bpf da bytecode '${bytecode}'` },
  ];
}
