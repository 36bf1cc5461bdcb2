// An API with custom resources on a store in memory, and definitions to try it with.

import type { V1CustomResourceDefinition as Definition } from '../../src/api/generated/types.ts';
import type { AnyObject } from '../../src/api/object.ts';
import type { Schema } from '../../src/api/schema.ts';
import { CustomResources } from '../../src/apiserver/custom/custom-resources.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { ApiWorld } from './api-world.ts';

export const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Version = Definition['spec']['versions'][number];

/** Version v1 of the kind Toy: served and stored, with `spec` of this schema and a status. */
export function toyVersion(spec: Schema, more: Partial<Version> = {}): Version {
  const preserved: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    ...{ name: 'v1', served: true, storage: true, subresources: { status: {} } },
    schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: preserved } } },
    ...more,
  };
}

/** toys.example.com, namespaced, with these versions. */
export function toys(...versions: Version[]): Definition {
  return definitionOf('example.com', { plural: 'toys', kind: 'Toy', shortNames: ['ty'] }, ...versions);
}

export function definitionOf(
  group: string,
  names: Definition['spec']['names'],
  ...versions: Version[]
): Definition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` } as Definition['metadata'],
    spec: { group, scope: 'Namespaced', names, versions },
  };
}

export const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export class CustomWorld extends ApiWorld {
  readonly custom: CustomResources;

  constructor(options: ConstructorParameters<typeof ApiWorld>[0] = {}) {
    super(options);
    const { scheme } = this.core;
    this.custom = new CustomResources({
      store: this.store,
      scheme,
      clock: systemClock,
      logger: silentLogger,
    });
    this.custom.start();
  }

  /** Creates a definition; its kinds are served when this resolves. */
  async define(definition: Definition): Promise<AnyObject> {
    return this.must('POST', definitionsPath, definition);
  }

  async close(): Promise<void> {
    await this.custom.close();
    await this.store.close();
  }
}

export const toysPath = '/apis/example.com/v1/namespaces/default/toys';

export function toy(name: string, more: object = {}): object {
  return { apiVersion: 'example.com/v1', kind: 'Toy', metadata: { name }, ...more };
}
