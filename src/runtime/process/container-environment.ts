// The environment of a pod's programs: the host's without what is Relevo's, Node's or npm's own, and what a pod is told about itself.

import type { ContainerSpec, RuntimePodSpec } from '../runtime.ts';

/** NODE_OPTIONS and the like would change the programs, RELEVO_* tell of the cluster, KUBECONFIG would make them its owner by mistake. */
const withheld = /^(NODE_|RELEVO_|npm_|KUBECONFIG$|KUBERNETES_)/;

/** What pods may see of the environment that the node runs in. */
export function hostEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || withheld.test(name) ? [] : [[name, value]],
    ),
  );
}

/**
 * HOST and PORT say where to listen: PORT is the container's first port, and is missing where none is declared. Everything may be
 * overridden by the container's own values.
 */
export function containerEnvironment(
  host: Readonly<Record<string, string>>,
  image: Readonly<Record<string, string>>,
  pod: RuntimePodSpec,
  container: ContainerSpec,
): Record<string, string> {
  const [ip = '127.0.0.1'] = pod.network.ips;
  const port = container.ports[0]?.containerPort;
  return {
    ...host,
    HOSTNAME: pod.hostname,
    // In a network of its own every address is the pod's, its loopback too.
    HOST: pod.network.namespacePath === undefined ? ip : '0.0.0.0',
    POD_IP: ip,
    ...(port === undefined ? {} : { PORT: String(port) }),
    ...image,
    ...container.env,
  };
}
