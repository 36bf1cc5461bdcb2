// Spanish words of the verbs that tell what drills are.

import type { DrillWords } from './en.ts';

export const drillsEs: DrillWords = {
  areas: {
    functionality: 'Funcionalidad',
    load: 'Carga',
    resistance: 'Resistencia',
    change: 'Cambios',
    sessions: 'Sesiones',
  },
  listed: () =>
    '«relevo drill explain NOMBRE» dice qué hace un simulacro, «relevo drill run NOMBRE» lo ejecuta, «relevo drill run --all» los ejecuta todos.',
  faults: () => 'Fallos que un simulacro puede nombrar:',
  faultsListed: () =>
    '«relevo drill explain NOMBRE» dice más de un fallo o de un simulacro, «relevo drill list» enumera los simulacros.',
  heads: {
    file: 'Fichero',
    target: 'Objetivo',
    applied: 'Se aplica',
    load: 'Carga',
    steady: 'Estable',
    calm: 'Calma',
    faults: 'Fallos',
    recovery: 'Vuelta',
    probes: 'Sondas',
    expected: 'Se espera',
    safety: 'Límites',
    chance: 'Azar',
    verdict: 'Veredicto',
    needs: 'Necesita',
    parameters: 'Con',
    example: 'Ejemplo',
    lasts: 'Dura',
  },
  service: (name) => `el Service ${name}`,
  applied: (files) => `${files}; lo que no estaba antes se quita después`,
  rate: (perSecond, what) =>
    `${perSecond} peticiones por segundo, tarden lo que tarden las respuestas: ${what}`,
  users: (count, think, what) =>
    `${count} ${count === 1 ? 'usuario que espera su respuesta' : 'usuarios que esperan su respuesta'} y ${think} más: ${what}`,
  plan: (file) => `el plan ${file}`,
  sessions: () => 'cada usuario conserva sus cookies',
  steady: (limits, lasting, within) =>
    `${limits}, durante ${lasting}; tiene que llegar en ${within}, o no hay veredicto concluyente`,
  calm: (lasting) => `${lasting} sin ningún fallo: también tienen que ir bien`,
  at: (when) => `${when} después`,
  after: (when) => `${when} después de probarse el anterior`,
  lasting: (time) => `durante ${time}`,
  toTheEnd: () => 'hasta el final',
  noFault: () => 'ninguno: todo tiene que ir bien tal como está',
  recovery: (time) => `como mucho ${time} para que todo vuelva a estar bien`,
  when: {
    start: 'antes de los fallos',
    end: 'al final',
    continuous: 'todo el tiempo',
    fault: 'mientras duran los fallos',
  },
  during: {
    drill: 'en todo el simulacro',
    fault: 'mientras duran los fallos',
    calm: 'sin ningún fallo',
  },
  safety: (bad, lasting, within) =>
    `se abandona, y todo se restablece, cuando más del ${bad} de las peticiones van mal durante ${lasting}, o tras ${within}`,
  seed: (seed) => `la semilla ${seed}: siempre las mismas víctimas`,
  noSeed: () => 'otra semilla cada vez, que el informe dice',
  repeats: (count) => `${count} veces; basta un fallo para que no se supere`,
  verdict: () => [
    'no concluyente (3) si la medida no vale: un fallo sin probar, víctimas sin usuarios, muy pocas muestras',
    'mientras duraba, nunca estable, un generador de carga demasiado lento, o cifras que no cuadran;',
    'no superado (1) si no se cumple algo de lo esperado, o algo no se pudo restablecer; si no, superado (0).',
  ],
  lasts: () => 'hasta que se deshace: tras for, o al final del simulacro',
  isOver: () => 'lo que tarda en hacerse: no hay nada que deshacer',
  noParameters: () => 'nada',
  usual: (value) => `(por omisión: ${value})`,
  needed: () => '(necesario)',
  needs: {
    machinery: 'un clúster propio de Relevo: se hace a sus nodos y procesos',
    links: 'un clúster propio de Relevo cuyos nodos tengan red propia (relevo up --network netns)',
    api: 'cualquier clúster: se hace con la API',
    command: 'un fichero de esta máquina: las órdenes no se toman de ningún otro sitio',
    load: 'solo el generador de carga',
  },
  unknown: (what) =>
    `no hay ningún simulacro, fallo ni fichero «${what}»; «relevo drill list» y «relevo drill explain» los enumeran`,
  written: (file) =>
    `Escrito: ${file}. «relevo drill explain ${file}» dice qué hace, «relevo drill run ${file}» lo ejecuta.`,
  exists: (file) => `${file} ya existe: elige otro fichero`,
  template: {
    title: 'en: A first drill, es: Un primer simulacro',
    head: [
      'Un simulacro: qué se pide a la aplicación, qué falla mientras tanto y qué tiene que resultar.',
      'Todos los campos: docs/reference/drills.md. Fallos: relevo drill explain.',
    ],
    application: 'Manifiestos junto a este fichero que se aplican antes, y se quitan después:',
    target: 'Lo que hay que demostrar que funciona.',
    load: 'Lo que hacen los usuarios todo el tiempo: peticiones a un ritmo, tarden lo que tarden. O bien: users, plan.',
    steady: 'Cómo es cuando todo va bien; el simulacro lo espera.',
    calm: 'Después todo sigue así sin ningún fallo: también eso tiene que ir bien.',
    faults: 'Lo que falla. Las víctimas se eligen al azar.',
    recover: 'Cuánto se espera como mucho hasta que todo vuelva a estar bien.',
    probes: 'Qué más tiene que cumplirse: start, end, continuous, o fault (mientras dura el fallo).',
    probe: 'la portada',
    expect: 'Lo que tiene que resultar.',
    availability: 'la parte de las peticiones que se respondieron',
    trafficRto: 'hasta que los usuarios ya no notan el fallo',
    capacityRto: 'hasta que todas las réplicas vuelven a estar listas',
    safety: 'Cuándo se abandona, y todo se restablece.',
    random: 'La misma semilla elige las mismas víctimas; sin ella, otras cada vez.',
  },
};
