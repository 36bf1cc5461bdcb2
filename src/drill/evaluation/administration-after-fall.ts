// Whether the administration page is there again after the balancer has fallen: it is killed, and asked until it answers.

import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import { told } from '../told.ts';
import { impossible, no, type Question, yes } from './question.ts';
import { noBalancer, statisticsPage } from './statistics-page.ts';

const patienceMs = 30_000;
const lookMs = 100;

export const administrationAfterFall: Question = {
  id: 'administration-after-fall',
  group: 'nine',
  text: {
    en: 'Is the administration page there again after a fall?',
    es: '¿Vuelve la página de administración tras una caída?',
  },
  async ask({ world, signal }) {
    const { machinery, clock } = world;
    if (!machinery || !(await statisticsPage(world, signal))) return impossible(noBalancer);
    const { pid } = await machinery.killBalancer({ engine: false });
    const killedAt = machineTime();
    while (!signal.aborted && machineTime() - killedAt < patienceMs) {
      const seen = await statisticsPage(world, signal).catch(() => undefined);
      const ms = (machineTime() - killedAt).toFixed(0);
      if (seen?.answer.status === 200)
        return yes(
          told(
            `the balancer (process ${pid}) was killed; ${seen.url} answered ${ms} ms later`,
            `se mató el balanceador (proceso ${pid}); ${seen.url} respondió ${ms} ms después`,
          ),
        );
      await sleep(clock, lookMs, signal);
    }
    return no(
      told(
        `the balancer (process ${pid}) was killed, and its page did not answer within ${patienceMs / 1_000} s`,
        `se mató el balanceador (proceso ${pid}), y su página no respondió en ${patienceMs / 1_000} s`,
      ),
    );
  },
};
