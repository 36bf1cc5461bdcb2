// A fault that the drill's author has commands for: one that does it, one that says whether it has taken hold, one that takes it back.

import { text } from '../../api/relevo/field-schemas.ts';
import { asIs, headed, told } from '../told.ts';
import { nobody } from './choice/nobody.ts';
import { runCommand, runCommandWell } from './command/run-command.ts';
import { defineFault } from './define-fault.ts';
import type { Parameters } from './fault.ts';
import { durationIn, textIn, timeout, words, wordsIn } from './parameters.ts';

const usualTimeout = '30s';

export const command = defineFault({
  name: 'command',
  summary: {
    en: 'Runs commands of yours: one does it, one says whether it took hold, one takes it back. Local files only.',
    es: 'Ejecuta órdenes tuyas: una lo hace, otra dice si tuvo efecto, otra lo deshace. Solo desde archivos locales.',
  },
  parameters: {
    do: words('What does it: a program and its arguments; no shell. It has to end.'),
    prove: words('What ends with code 0 once it has taken hold; asked again and again.'),
    undo: words(
      'What takes it back; it may be called when there is nothing to take back. Without it nothing is.',
    ),
    folder: text('Where they run. Without it the folder of the drill.'),
    ...timeout('How long each of them may take.', usualTimeout),
  },
  required: ['do', 'prove'],
  lasts: true,
  async impossible({ mayRunCommands }) {
    return mayRunCommands ? undefined : onlyLocal;
  },
  choose: () => nobody,
  undo(_victims, parameters) {
    const words = wordsIn(parameters, 'undo');
    const { folder, timeoutMs } = optionsOf(parameters);
    return words.length === 0 ? [] : [{ type: 'command', command: words, folder, timeoutMs }];
  },
  inject: ({ parameters, signal }) =>
    runCommandWell(wordsIn(parameters, 'do'), { ...optionsOf(parameters), signal }),
  async look({ parameters, signal }) {
    const words = wordsIn(parameters, 'prove');
    const { code, lastLine } = await runCommand(words, { ...optionsOf(parameters), signal });
    if (code !== 0) return undefined;
    return { text: headed(words.join(' '), lastLine ? asIs(lastLine) : endedWell) };
  },
});

const onlyLocal = told(
  'commands are run for files on the command line only',
  'solo se ejecutan órdenes de ficheros dados en la línea de órdenes',
);
const endedWell = told('ended with code 0', 'terminó con el código 0');

function optionsOf(parameters: Parameters): { folder: string; timeoutMs: number } {
  const timeoutMs = durationIn(parameters, 'timeout', usualTimeout);
  return { folder: textIn(parameters, 'folder') ?? process.cwd(), timeoutMs };
}
