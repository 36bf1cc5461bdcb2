// Whether backups help when production is overloaded.

import { counted } from '../counted.ts';
import { es } from '../report/words/es.ts';
import { told } from '../told.ts';
import { noBackup } from './backups-on-loss.ts';
import { no, type Question, resultOf, yes } from './question.ts';

const drill = 'saturation';

export const backupsOnOverload: Question = {
  id: 'backups-on-overload',
  group: 'classic',
  text: {
    en: 'Do backups come in on overload?',
    es: '¿Entran los respaldos con sobrecarga?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    const [run] = result.runs;
    const fault = run?.faults[0]?.injectedAt;
    const most = Math.max(
      0,
      ...(run?.timeline ?? []).map((event) =>
        event.type === 'backups' && fault !== undefined && event.at >= fault ? event.active : 0,
      ),
    );
    const { verdict } = result;
    return most > 0
      ? yes(
          told(
            `${counted(most, 'backup', 'backups')} served during the surge`,
            `${counted(most, 'respaldo atendió', 'respaldos atendieron')} durante la sobrecarga`,
          ),
        )
      : no(told(`${noBackup.en} (${verdict})`, `${noBackup.es} (${es.verdict[verdict]})`));
  },
};
