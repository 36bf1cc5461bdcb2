// Whether backups serve when all of production is lost.

import { no, type Question, resultOf, yes } from './question.ts';

const drill = 'production-lost';

export const backupsOnLoss: Question = {
  id: 'backups-on-loss',
  group: 'classic',
  text: {
    en: 'Do backups serve when all of production is lost?',
    es: '¿Atienden los servidores de respaldo si cae toda la producción?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    const [run] = result.runs;
    const [fault] = run?.faults ?? [];
    if (!run || !fault?.proof) return no(`${drill}: the loss was not proven`);
    const backups = run.measured.backupsUsed?.value ?? 0;
    const { ok, sorry } = run.accounting.bySample;
    if (backups === 0) return no('no backup served');
    return yes(
      `${backups} backups served after ${fault.proof.evidence}; ${ok} requests were answered, ${sorry} with the sorry page`,
    );
  },
};
