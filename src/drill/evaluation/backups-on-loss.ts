// Whether backups serve when all of production is lost.

import { counted } from '../counted.ts';
import { headed, told } from '../told.ts';
import { no, type Question, resultOf, yes } from './question.ts';

const drill = 'production-lost';

export const backupsOnLoss: Question = {
  id: 'backups-on-loss',
  group: 'classic',
  text: {
    en: 'Do backups serve when all of production is lost?',
    es: '¿Atienden los respaldos si cae toda la producción?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    const [run] = result.runs;
    const [fault] = run?.faults ?? [];
    if (!run || !fault?.proof) return no(headed(drill, notProven));
    const backups = run.measured.backupsUsed?.value ?? 0;
    const { ok, sorry } = run.accounting.bySample;
    if (backups === 0) return no(noBackup);
    const { evidence } = fault.proof;
    return yes(
      told(
        `${counted(backups, 'backup', 'backups')} served after ${evidence.en}; ${counted(ok, 'request was', 'requests were')} answered, ${sorry} with the sorry page`,
        `${counted(backups, 'respaldo atendió', 'respaldos atendieron')} tras la pérdida (${evidence.es}); se respondió a ${counted(ok, 'petición', 'peticiones')}, a ${sorry} con la página de disculpa`,
      ),
    );
  },
};

const notProven = told('the loss was not proven', 'la pérdida no se demostró');
export const noBackup = told('no backup served', 'no atendió ningún respaldo');
