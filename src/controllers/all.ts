// All controllers of the control plane and their options: the only place that knows them all.

import type { Controller, ControllerContext } from './controller.ts';
import { createDeploymentController } from './deployment-controller.ts';
import { createEndpointsController } from './endpoints-controller.ts';
import { createEndpointSliceController } from './endpointslice-controller.ts';
import { createEndpointSliceMirroringController } from './endpointslicemirroring-controller.ts';
import { createEventTtlController, type EventTtlOptions } from './event-ttl-controller.ts';
import { createGarbageCollector, type GarbageCollectorOptions } from './garbage-collector.ts';
import {
  createHorizontalPodAutoscalerController,
  type HorizontalPodAutoscalerOptions,
} from './horizontal-pod-autoscaler-controller.ts';
import { createNamespaceController } from './namespace-controller.ts';
import { createNodeLifecycleController, type NodeLifecycleOptions } from './node-lifecycle-controller.ts';
import { createPodGcController, type PodGcOptions } from './pod-gc-controller.ts';
import { createPodDisruptionBudgetController } from './poddisruptionbudget-controller.ts';
import { createReplicaSetController } from './replicaset-controller.ts';
import { createRootCaController, type RootCaOptions } from './root-ca-controller.ts';
import { createServiceAccountController } from './serviceaccount-controller.ts';

export interface AllControllersOptions {
  rootCa: RootCaOptions;
  nodeLifecycle?: NodeLifecycleOptions;
  podGc?: PodGcOptions;
  garbageCollector?: GarbageCollectorOptions;
  horizontalPodAutoscaler?: HorizontalPodAutoscalerOptions;
  eventTtl?: EventTtlOptions;
}

/** Not started yet. The informers in the context are started after this, the controllers with or after them. */
export function allControllers(context: ControllerContext, options: AllControllersOptions): Controller[] {
  return [
    createNamespaceController(context),
    createServiceAccountController(context),
    createRootCaController(context, options.rootCa),
    createDeploymentController(context),
    createReplicaSetController(context),
    createEndpointSliceController(context),
    createEndpointsController(context),
    createEndpointSliceMirroringController(context),
    createNodeLifecycleController(context, options.nodeLifecycle),
    createPodGcController(context, options.podGc),
    createGarbageCollector(context, options.garbageCollector),
    createHorizontalPodAutoscalerController(context, options.horizontalPodAutoscaler),
    createPodDisruptionBudgetController(context),
    createEventTtlController(context, options.eventTtl),
  ];
}
