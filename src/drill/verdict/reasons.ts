// Why a verdict is not a pass, in words.

import { counted } from '../counted.ts';
import { en } from '../report/words/en.ts';
import { es } from '../report/words/es.ts';
import { unitOfMeasure } from '../scenario/defaults.ts';
import type { Expectation } from '../scenario/scenario.ts';
import { headed, type Told, told } from '../told.ts';
import type { ExpectationOutcome, Measured, ProbeOutcome } from './evidence.ts';

export function notTakenBack(what: Told): Told {
  return headed(told('could not be taken back', 'no se pudo deshacer'), what);
}

export const nothingRun = told('nothing was run', 'no se ejecutó nada');

export function runCalled(index: number): Told {
  return told(`run ${index + 1}`, `ejecución ${index + 1}`);
}

export const neverSteady = told('the steady state was never reached', 'nunca se alcanzó el estado estable');

export const noCalm = told('the phase without a fault did not take place', 'no hubo fase sin fallo');

export function unprovenFault(name: string): Told {
  return told(
    `the fault ${name} was not proven to have taken hold`,
    `no se demostró que el fallo ${name} tuviera efecto`,
  );
}

export function fewSamples(name: string, samples: number, needed: number): Told {
  return told(
    `${counted(samples, 'sample', 'samples')} while ${name} lasted, where it takes ${needed}`,
    `${counted(samples, 'muestra', 'muestras')} mientras duró ${name}, y ${needIn(needed)}`,
  );
}

export function fewHits(name: string, hits: number, needed: number): Told {
  return told(
    `the victims of ${name} had answered ${counted(hits, 'request', 'requests')} before, where it takes ${needed}`,
    `los afectados por ${name} habían respondido antes a ${counted(hits, 'petición', 'peticiones')}, y ${needIn(needed)}`,
  );
}

export function unknownHits(name: string, why: Told): Told {
  return headed(
    told(
      `nobody can tell whether the victims of ${name} had answered before`,
      `no se puede saber si los afectados por ${name} habían respondido antes`,
    ),
    why,
  );
}

function needIn(needed: number): string {
  return `${needed === 1 ? 'hace' : 'hacen'} falta ${needed}`;
}

export function missing(expectation: Expectation): Told {
  return headed(limitOf(expectation), told('it was not looked at', 'no se miró'));
}

export function unaccounted(count: number): Told {
  return told(
    `${counted(count, 'request was', 'requests were')} sent and ${count === 1 ? 'is' : 'are'} not accounted for`,
    count === 1
      ? 'se envió 1 petición de la que no hay cuenta'
      : `se enviaron ${count} peticiones de las que no hay cuenta`,
  );
}

export function binsDiffer(by: number): Told {
  return told(
    `the balancer's bins and its records differ by ${by}`,
    `las cuentas del balanceador y sus anotaciones difieren en ${by}`,
  );
}

export function unclear(count: number): Told {
  return told(
    `${counted(count, 'request is', 'requests are')} unexplained`,
    `${counted(count, 'petición no tiene', 'peticiones no tienen')} explicación`,
  );
}

export const notWellAgain = told(
  'it was not well again within the drill',
  'no volvió a estar bien dentro del simulacro',
);

export function badProbe({ name, good, bad, saw }: ProbeOutcome): Told {
  const all = good + bad;
  const what = told(
    `probe ${name}: ${bad} of ${all} were bad`,
    `sonda ${name}: ${bad} de ${counted(all, 'mirada fue mala', 'miradas fueron malas')}`,
  );
  return saw ? headed(what, saw) : what;
}

export function blindProbe({ name, saw }: ProbeOutcome): Told {
  const what = told(`probe ${name} never looked`, `la sonda ${name} nunca miró`);
  return saw ? headed(what, saw) : what;
}

export function textOf({ expectation, measured, why }: ExpectationOutcome): Told {
  const limit = limitOf(expectation);
  const isKnown = measured?.value !== undefined && !measured.broken;
  const found = isKnown ? figure(expectation.measure, measured) : '';
  const what = isKnown ? told(`${limit.en}, measured ${found}`, `${limit.es}, se midió ${found}`) : limit;
  return why === undefined ? what : headed(what, why);
}

/** In English as drills write it, so that it is found there; in Spanish as the report's table has it. */
function limitOf({ measure, during, limit: { text } }: Expectation): Told {
  return told(
    `${measure}${en.during[during]} ${text}`,
    `${es.measures[measure]}${es.during[during]} ${text}`,
  );
}

function figure(measure: Expectation['measure'], { value = 0, uncertainty }: Measured): string {
  const unit = unitOfMeasure[measure];
  if (unit === 'share') return `${Number((value * 100).toFixed(3))}%`;
  if (unit === 'count') return String(value);
  const around = uncertainty > 0 ? ` ± ${Math.ceil(uncertainty)}` : '';
  return `${Math.round(value)}${around} ms`;
}

export function haltedFor(why: Told): Told {
  return headed(told('halted', 'detenido'), why);
}
