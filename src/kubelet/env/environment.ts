// The environment of a container: Services, envFrom and env, in Kubernetes' order of precedence. What is missing is an EnvironmentError, which
// holds the container back (CreateContainerConfigError) until it is there.

import type {
  V1Container,
  V1EnvFromSource,
  V1EnvVarSource,
  V1Pod,
  V1Service,
} from '../../api/generated/types.ts';
import { type PodPlace, podField, resourceField } from './downward.ts';
import { expand } from './expand.ts';
import type { ReferenceReader } from './reference-reader.ts';
import { serviceVariables } from './service-variables.ts';

/** Something that a container needs is not there. The message names it. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

export interface EnvironmentSources {
  references: ReferenceReader;
  /** The Services of a namespace; undefined: containers are told of none. */
  services?: (namespace: string) => readonly V1Service[];
}

type Variables = Record<string, string>;

export class Environment {
  readonly #sources: EnvironmentSources;

  constructor(sources: EnvironmentSources) {
    this.#sources = sources;
  }

  /** Throws an EnvironmentError, or what the API answered. */
  async of(pod: V1Pod, container: V1Container, place: PodPlace): Promise<Variables> {
    const services = this.#serviceVariables(pod);
    const own: Variables = {};
    for (const source of container.envFrom ?? []) Object.assign(own, await this.#all(pod, source));
    for (const { name, value, valueFrom } of container.env ?? []) {
      const text = valueFrom
        ? await this.#one(pod, container, valueFrom, place)
        : expand(value ?? '', { ...services, ...own });
      if (text !== undefined) own[name] = text;
    }
    return { ...services, ...own };
  }

  /** The API server's own Service is told in every namespace, the others in theirs. */
  #serviceVariables({ metadata, spec }: V1Pod): Variables {
    const list = this.#sources.services;
    if (!list) return {};
    const api = list('default').filter((service) => service.metadata.name === 'kubernetes');
    return serviceVariables(
      spec.enableServiceLinks === false ? api : [...api, ...list(metadata.namespace ?? '')],
    );
  }

  async #all({ metadata }: V1Pod, source: V1EnvFromSource): Promise<Variables> {
    const namespace = metadata.namespace ?? '';
    const prefixed = (data: Variables): Variables =>
      Object.fromEntries(Object.entries(data).map(([key, value]) => [`${source.prefix ?? ''}${key}`, value]));
    const ref = source.configMapRef ?? source.secretRef;
    const data = source.configMapRef
      ? await this.#configMap(namespace, ref?.name)
      : await this.#secret(namespace, ref?.name);
    if (data) return prefixed(data);
    if (ref?.optional) return {};
    throw missing(source.configMapRef ? 'configmap' : 'secret', ref?.name);
  }

  async #one(
    pod: V1Pod,
    container: V1Container,
    { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef }: V1EnvVarSource,
    place: PodPlace,
  ): Promise<string | undefined> {
    if (fieldRef) {
      const value = podField(pod, fieldRef.fieldPath, place);
      if (value === undefined) throw new EnvironmentError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
      return value;
    }
    if (resourceFieldRef) {
      const { containerName = container.name } = resourceFieldRef;
      const others = pod.spec.containers.filter(({ name }) => name === containerName);
      const of = containerName === container.name ? container : (others[0] ?? container);
      const value = resourceField(of, resourceFieldRef, place);
      if (value === undefined) {
        throw new EnvironmentError(`unsupported container resource: ${resourceFieldRef.resource}`);
      }
      return value;
    }
    return this.#key(pod.metadata.namespace ?? '', configMapKeyRef, secretKeyRef);
  }

  async #key(
    namespace: string,
    configMap: V1EnvVarSource['configMapKeyRef'],
    secret: V1EnvVarSource['secretKeyRef'],
  ): Promise<string | undefined> {
    const ref = configMap ?? secret;
    if (!ref) return undefined;
    const data = configMap
      ? await this.#configMap(namespace, ref.name)
      : await this.#secret(namespace, ref.name);
    const value = data?.[ref.key];
    if (value !== undefined || ref.optional) return value;
    if (!data) throw missing(configMap ? 'configmap' : 'secret', ref.name);
    const kind = configMap ? 'ConfigMap' : 'Secret';
    throw new EnvironmentError(`couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`);
  }

  async #configMap(namespace: string, name = ''): Promise<Variables | undefined> {
    const found = await this.#sources.references.configMap(namespace, name);
    return found && (found.data ?? {});
  }

  async #secret(namespace: string, name = ''): Promise<Variables | undefined> {
    const found = await this.#sources.references.secret(namespace, name);
    if (!found) return undefined;
    const decoded = Object.entries(found.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    return Object.fromEntries(decoded);
  }
}

function missing(kind: string, name = ''): EnvironmentError {
  return new EnvironmentError(`${kind} ${JSON.stringify(name)} not found`);
}
