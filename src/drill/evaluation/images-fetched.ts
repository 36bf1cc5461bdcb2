// Whether the images of the application are there: every container runs one that its runtime names.

import { pods } from '../../client/resources.ts';
import { counted } from '../counted.ts';
import { told } from '../told.ts';
import { no, type Question, yes } from './question.ts';

export const imagesFetched: Question = {
  id: 'images-fetched',
  group: 'nine',
  text: {
    en: 'Are the images of the application fetched?',
    es: '¿Se descargan las imágenes de la aplicación?',
  },
  async ask({ world, target }) {
    const { items } = await world.client.resource(pods, target.namespace).list();
    const own = items.filter(({ metadata }) => target.pods.some(({ uid }) => uid === metadata.uid));
    const containers = own.flatMap(({ status }) => status?.containerStatuses ?? []);
    const missing = containers.filter(({ imageID, state }) => !imageID || !state?.running);
    if (containers.length === 0) return no(nothingRuns);
    const lacking = missing.map(({ image }) => image).join(', ');
    if (missing.length > 0)
      return no(told(`without an image that runs: ${lacking}`, `sin una imagen en ejecución: ${lacking}`));
    const images = [...new Set(containers.map(({ imageID }) => imageID))].join(', ');
    const count = containers.length;
    return yes(
      told(
        `${counted(count, 'container runs', 'containers run')} ${images}`,
        `${counted(count, 'contenedor ejecuta', 'contenedores ejecutan')} ${images}`,
      ),
    );
  },
};

const nothingRuns = told('no container of it runs', 'no hay ningún contenedor suyo en ejecución');
