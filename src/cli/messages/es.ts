// Español.

import type { Messages } from './en.ts';

export const es: Messages = {
  up: {
    starting: (name) => `Arrancando el clúster «${name}»…`,
    apiReady: (url, seconds) => `Servidor API  ${url}  (listo en ${seconds} s)`,
    kubeconfig: (file) => `Kubeconfig    ${file}`,
    nodes: (names) => `Nodos         ${names}`,
    service: (name, url) => `Servicio      ${name}  ${url}`,
    applying: () => 'Preguntando a la API…',
    applied: (what) => `Aplicado      ${what}`,
    portTaken: (wanted, instead) => `El puerto ${wanted} está ocupado; se usa el ${instead}.`,
    died: (name, how) => `${name} ha muerto (${how}); se arranca de nuevo.`,
    runsAgain: (name) => `${name} vuelve a funcionar.`,
    processesAreYours: () =>
      'Los pods son procesos normales con tus permisos: quien pueda crear pods puede hacer lo mismo que tú.',
    howToStop: () => 'Ctrl-C lo para; todo se conserva para el próximo arranque.',
    howToStopDetached: (down: string) => `Sigue en segundo plano; «${down}» lo para.`,
    stopping: () => 'Parando…',
    stopped: () => 'Parado. Todo se conserva.',
  },
  down: {
    removed: (path) => `Borrado ${path} con todo su contenido.`,
  },
  demo: {
    title: () => 'Tres réplicas de una aplicación web en tres nodos, y qué pasa cuando muere una.',
    applying: (files) => `Aplicando ${files}`,
    waitingForReplicas: (count) => `Esperando a que ${count} réplicas estén listas…`,
    asking: (url) => `Preguntando varias veces a ${url}: ¿quién responde?`,
    answer: (pod, node) => `  responde ${pod} en ${node}`,
    killing: (pod, pid) => `Matando ${pod} (kill -9 ${pid})…`,
    replaced: (pod, seconds) => `${pod} está lista de nuevo a los ${seconds} s.`,
    lost: (failed, asked) => `Mientras tanto fallaron ${failed} de ${asked} peticiones.`,
    done: () => 'Eso es todo. El clúster de la demostración se ha borrado.',
    next: () => 'Ahora tú: «relevo up -f TUS-MANIFIESTOS», y después kubectl como siempre.',
  },
  status: {
    notRunning: (name) => `El clúster «${name}» no está en marcha; «relevo up» lo arranca.`,
    unknown: (name) => `No hay ningún clúster «${name}»; «relevo up» crea uno.`,
    running: (name, since) => `El clúster «${name}» está en marcha desde ${since}.`,
    api: (url, state) => `Servidor API  ${url}  ${state}`,
    answers: () => 'responde',
    doesNotAnswer: () => 'no responde',
    process: (name, state, pid) => `Proceso       ${name}  ${state}, pid ${pid}`,
    waiting: (name, why) => `Proceso       ${name}  parado: ${why}`,
    node: (name, state, pods) => `Nodo          ${name}  ${state}, ${pods} ${pods === 1 ? 'pod' : 'pods'}`,
    ready: () => 'listo',
    notReady: () => 'no listo',
    workload: (name, ready, wanted) => `Despliegue    ${name}  ${ready} de ${wanted} listos`,
    service: (name, url) => `Servicio      ${name}  ${url}`,
  },
  snapshot: {
    saving: () => 'Guardando…',
    saved: (name, file) => `Todos los objetos del clúster «${name}» están en ${file}.`,
    restoring: () => 'Restaurando…',
    restored: (name, file) => `El clúster «${name}» tiene los objetos de ${file}; «relevo up» lo arranca.`,
    replaced: (file) => `Lo que tenía antes queda en ${file}.`,
  },
};
