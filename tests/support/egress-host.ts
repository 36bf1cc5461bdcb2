// Somebody whose fabric has a way out, until he is killed. Says the pid of the program that is it, which is to go too.

import { Egress } from '../../src/network/netns/egress/egress.ts';
import { findUserStack } from '../../src/network/netns/egress/user-stack.ts';
import { NetnsFabric } from '../../src/network/netns/netns-fabric.ts';
import { NetnsPlan } from '../../src/network/netns/netns-plan.ts';
import { number } from './netns-world.ts';

const stack = findUserStack();
if (typeof stack === 'string') throw new Error(stack);
const fabric = await NetnsFabric.start(new NetnsPlan(number));
const { pid } = await Egress.start(fabric.holder, stack);
process.stdout.write(`${pid}\n`);
setInterval(() => {}, 60_000);
