// Short descriptions of fields for which the official client has none: mostly references, where OpenAPI v2 drops the
// text. A field that is not here is described by its type's own description.

/** Fields that mean the same in every kind. */
const everywhere: Record<string, string> = {
  metadata:
    "Standard object's metadata: name, namespace, labels, annotations and what the server keeps about the object.",
  spec: 'Desired state of the object.',
  status: 'Most recently observed state of the object. Written by the system, read-only for users.',
  secretRef: 'Reference to the secret object that holds sensitive information needed to use the volume.',
  involvedObject: 'The object this event is about.',
  regarding: 'The object this event is about. Often the one its controller acts for, such as a ReplicaSet.',
  related: 'A secondary object, for events that are about more than one.',
  series: 'Data about the series of events this one stands for; absent when it happened only once.',
  scaleTargetRef:
    'The resource to scale: the one whose metrics are collected and whose replica count is changed.',
  roleRef: 'The role that is granted. It cannot be changed after creation.',
};

const listMetadata = 'Standard list metadata: the resource version of the list, and where to continue.';

const podTemplate = 'The pods that will be created when there are fewer than replicas.';
const selector =
  'Which pods belong to this object. It must match the labels of the pod template and cannot be changed after creation.';

const containerFields: Record<string, string> = {
  lifecycle: 'Actions to take in response to container lifecycle events.',
  livenessProbe: 'Periodic check that the container is alive; it is restarted when the check fails.',
  readinessProbe:
    'Periodic check that the container is ready; it gets no traffic from services while the check fails.',
  startupProbe:
    'Check that the container has started; until it succeeds, no other probe runs. The container is restarted when it fails.',
  resources: 'Compute resources that this container needs, and the most it may use.',
  securityContext: 'Security options to run the container with. They override those of the pod.',
};

/** By the definition's short name. */
const byType: Record<string, Record<string, string>> = {
  Affinity: {
    nodeAffinity: 'Rules about the nodes the pod may or should run on.',
    podAffinity: 'Rules about pods to be placed near to, e.g. on the same node or in the same zone.',
    podAntiAffinity:
      'Rules about pods to be placed away from, e.g. not on the same node or in the same zone.',
  },
  Binding: { target: 'The node to bind the pod to.' },
  Container: containerFields,
  ContainerState: {
    running: 'Details about a running container.',
    terminated: 'Details about a terminated container.',
    waiting: 'Details about a waiting container.',
  },
  ContainerStatus: {
    lastState:
      "The container's last termination, to help debugging crashes and restarts. Not filled while it runs for the first time.",
    resources: 'Resources that are actually set on the running container.',
    state: "Details about the container's current condition.",
    user: 'User identity of the first process of the container.',
  },
  DeploymentSpec: {
    selector,
    strategy: 'How to replace existing pods with new ones.',
    template: 'The pods that will be created. The only allowed restartPolicy is Always.',
  },
  DeploymentStrategy: { rollingUpdate: 'Parameters of a rolling update; only with type RollingUpdate.' },
  EphemeralContainer: containerFields,
  EnvVar: {
    valueFrom: 'Source for the value of the variable. Cannot be used with a value that is not empty.',
  },
  ExternalDocumentation: {
    description: 'What is documented there.',
    url: 'Where the documentation is.',
  },
  HorizontalPodAutoscalerBehavior: {
    scaleDown:
      'Policy for scaling down. By default pods are removed down to minReplicas, with a stabilization window of 300 seconds.',
    scaleUp:
      'Policy for scaling up. By default the higher of 4 more pods or twice as many in 15 seconds, without stabilization.',
  },
  Info: {
    buildDate: 'When the server was built.',
    compiler: 'The compiler it was built with.',
    gitCommit: 'The commit it was built from.',
    gitTreeState: 'Whether the sources were as committed: clean or dirty.',
    gitVersion: 'The full version.',
    goVersion: 'The language version it was built with.',
    major: 'Major version of the API.',
    minor: 'Minor version of the API.',
    platform: 'Operating system and architecture of the server.',
  },
  IngressSpec: { defaultBackend: 'Backend of requests that match no rule.' },
  JSONSchemaProps: {
    $ref: 'Reference to another schema. Not allowed in custom resource definitions.',
    $schema: 'The dialect of JSON schema.',
    allOf: 'Schemas that a value must all match.',
    anyOf: 'Schemas of which a value must match at least one.',
    definitions: 'Named schemas. Not allowed in custom resource definitions.',
    dependencies: 'What must hold when a property is present. Not allowed in custom resource definitions.',
    description: 'Text for people, shown by kubectl explain.',
    enum: 'The values that are allowed.',
    exclusiveMaximum: 'Whether maximum itself is not allowed.',
    exclusiveMinimum: 'Whether minimum itself is not allowed.',
    id: 'Name of the schema. Not allowed in custom resource definitions.',
    items: 'Schema of the items of an array.',
    maxItems: 'The most items an array may have.',
    maxLength: 'The most characters a string may have.',
    maxProperties: 'The most properties an object may have.',
    maximum: 'The largest number allowed.',
    minItems: 'The fewest items an array must have.',
    minLength: 'The fewest characters a string must have.',
    minProperties: 'The fewest properties an object must have.',
    minimum: 'The smallest number allowed.',
    multipleOf: 'A number must be a multiple of this one.',
    not: 'A schema that a value must not match.',
    nullable: 'Whether null is allowed as value.',
    oneOf: 'Schemas of which a value must match exactly one.',
    pattern: 'Regular expression that a string must match somewhere.',
    patternProperties: 'Schemas of properties by name pattern. Not allowed in custom resource definitions.',
    properties: 'Schemas of the properties of an object, by name.',
    required: 'Properties an object must have.',
    title: 'Heading for people.',
    type: 'Type of the value: object, array, string, integer, number or boolean.',
    uniqueItems:
      'Whether the items of an array must differ. Only false is allowed in custom resource definitions.',
    additionalItems: 'Schema of items beyond those listed. Not allowed in custom resource definitions.',
    additionalProperties: 'Schema of the values of a map, or whether any are allowed.',
    example: 'An example of a value.',
  },
  Lifecycle: {
    postStart:
      'Runs right after the container is created. When it fails, the container is terminated and restarted as its restart policy says.',
    preStop:
      'Runs before the container is terminated for any reason but its own end. The grace period counts from before it starts.',
  },
  LifecycleHandler: {
    exec: 'Runs a command in the container.',
    httpGet: 'Makes an HTTP request.',
    sleep: 'Sleeps.',
    tcpSocket: 'Deprecated: not supported as a lifecycle handler, kept for compatibility.',
  },
  NodeStatus: {
    config: 'Status of the configuration assigned through the deprecated dynamic kubelet configuration.',
    daemonEndpoints: 'Endpoints of the daemons that run on the node.',
    features: 'Features the container runtime implements.',
    nodeInfo: 'Ids, versions and system information that identify the node.',
  },
  PodDisruptionBudgetSpec: {
    selector:
      'The pods whose evictions this budget manages. An empty selector matches all pods of the namespace, none at all matches no pod.',
  },
  PodSpec: {
    affinity: "The pod's scheduling constraints.",
    dnsConfig: 'DNS parameters of the pod, merged into those that dnsPolicy generates.',
    os: "The operating system of the pod's containers. Some fields are allowed only with one of them.",
    resources: 'Total of CPU and memory that all containers of the pod need and may use.',
    securityContext: 'Security options of the pod, and defaults for all its containers.',
  },
  PodAffinityTerm: {
    labelSelector: 'A query over pods: those near which, or away from which, the pod is placed.',
    namespaceSelector:
      'Namespaces the term applies to, together with those in namespaces. Absent or null means the pod itself decides, empty means all.',
  },
  Probe: {
    exec: 'Runs a command in the container; it is healthy when the command ends with 0.',
    grpc: 'Asks a gRPC health service.',
    httpGet: 'Makes an HTTP request; it is healthy when the answer is 200 to 399.',
    tcpSocket: 'Opens a TCP connection; it is healthy when it can be opened.',
  },
  ReplicaSetSpec: { selector, template: podTemplate },
  ServiceSpec: { sessionAffinityConfig: 'How session affinity works.' },
  ServiceStatus: { loadBalancer: 'Current state of the load balancer, if there is one.' },
  Status: { details: 'Further data about the reason, which itself has its meaning from the reason.' },
  TopologySpreadConstraint: { labelSelector: 'The pods that are counted in each topology domain.' },
};

/** Undefined where nothing better is known than the description of the field's type. */
export function fieldDescription(definition: string, field: string): string | undefined {
  const typeName = definition.slice(definition.lastIndexOf('.') + 1);
  if (field === 'metadata' && /(List|^Status)$/.test(typeName)) return listMetadata;
  return byType[typeName]?.[field] ?? everywhere[field];
}
