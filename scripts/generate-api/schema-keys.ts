// What the official client's models do not carry, field by field: list and map types, merge keys, patch strategies,
// quantities and defaults, as the Go types of Kubernetes 1.32 declare them. Written by hand; generate-api merges it.
//
// Words: `atomic | set | map KEY,… ` is the list type, `patch STRATEGY [KEY]` the strategic merge patch, `quantity` the type,
// `default JSON` the default; several are joined by `;`. Of an object field and under '' (the type itself), `atomic` is the map type.

type FieldKeys = Record<string, string>;

const condition = 'map type; patch merge type';

/** Shared by containers, init containers and ephemeral containers. */
const container: FieldKeys = {
  args: 'atomic',
  command: 'atomic',
  env: 'map name; patch merge name',
  envFrom: 'atomic',
  ports: 'map containerPort,protocol; patch merge containerPort',
  resizePolicy: 'atomic',
  volumeDevices: 'map devicePath; patch merge devicePath',
  volumeMounts: 'map mountPath; patch merge mountPath',
};

const podAffinity: FieldKeys = {
  preferredDuringSchedulingIgnoredDuringExecution: 'atomic',
  requiredDuringSchedulingIgnoredDuringExecution: 'atomic',
};

const coreKeys: Record<string, FieldKeys> = {
  AzureDiskVolumeSource: {
    cachingMode: 'default "ReadWrite"',
    fsType: 'default "ext4"',
    kind: 'default "Shared"',
    readOnly: 'default false',
  },
  Capabilities: { add: 'atomic', drop: 'atomic' },
  CephFSVolumeSource: { monitors: 'atomic' },
  ConfigMapKeySelector: { '': 'atomic' },
  ConfigMapProjection: { items: 'atomic' },
  ConfigMapVolumeSource: { items: 'atomic' },
  Container: container,
  ContainerImage: { names: 'atomic' },
  ContainerPort: { protocol: 'default "TCP"' },
  ContainerStatus: {
    allocatedResources: 'quantity',
    allocatedResourcesStatus: 'map name; patch merge name',
    volumeMounts: 'map mountPath; patch merge mountPath',
  },
  DownwardAPIProjection: { items: 'atomic' },
  DownwardAPIVolumeSource: { items: 'atomic' },
  EmptyDirVolumeSource: { sizeLimit: 'quantity' },
  EndpointAddress: { '': 'atomic' },
  EndpointPort: { '': 'atomic' },
  EndpointSubset: { addresses: 'atomic', notReadyAddresses: 'atomic', ports: 'atomic' },
  Endpoints: { subsets: 'atomic' },
  EphemeralContainer: container,
  ExecAction: { command: 'atomic' },
  FCVolumeSource: { targetWWNs: 'atomic', wwids: 'atomic' },
  GRPCAction: { service: 'default ""' },
  HTTPGetAction: { httpHeaders: 'atomic' },
  HostAlias: { hostnames: 'atomic' },
  ISCSIVolumeSource: { iscsiInterface: 'default "default"', portals: 'atomic' },
  LinuxContainerUser: { supplementalGroups: 'atomic' },
  LoadBalancerIngress: { ports: 'atomic' },
  LoadBalancerStatus: { ingress: 'atomic' },
  LocalObjectReference: { '': 'atomic' },
  NamespaceSpec: { finalizers: 'atomic' },
  NamespaceStatus: { conditions: condition },
  NodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: 'atomic' },
  NodeSelector: { '': 'atomic', nodeSelectorTerms: 'atomic' },
  NodeSelectorRequirement: { values: 'atomic' },
  NodeSelectorTerm: { '': 'atomic', matchExpressions: 'atomic', matchFields: 'atomic' },
  NodeSpec: { podCIDRs: 'set; patch merge', taints: 'atomic' },
  NodeStatus: {
    addresses: 'map type; patch merge type',
    allocatable: 'quantity',
    capacity: 'quantity',
    conditions: condition,
    images: 'atomic',
    runtimeHandlers: 'atomic',
    volumesAttached: 'atomic',
    volumesInUse: 'atomic',
  },
  ObjectFieldSelector: { '': 'atomic' },
  ObjectReference: { '': 'atomic' },
  PersistentVolumeClaimSpec: { accessModes: 'atomic' },
  PodAffinity: podAffinity,
  PodAffinityTerm: { matchLabelKeys: 'atomic', mismatchLabelKeys: 'atomic', namespaces: 'atomic' },
  PodAntiAffinity: podAffinity,
  PodDNSConfig: { nameservers: 'atomic', options: 'atomic', searches: 'atomic' },
  PodSecurityContext: { supplementalGroups: 'atomic', sysctls: 'atomic' },
  PodSpec: {
    containers: 'map name; patch merge name',
    ephemeralContainers: 'map name; patch merge name',
    hostAliases: 'map ip; patch merge ip',
    imagePullSecrets: 'map name; patch merge name',
    initContainers: 'map name; patch merge name',
    nodeSelector: 'atomic',
    overhead: 'quantity',
    readinessGates: 'atomic',
    resourceClaims: 'map name; patch merge,retainKeys name',
    schedulingGates: 'map name; patch merge name',
    tolerations: 'atomic',
    topologySpreadConstraints: 'map topologyKey,whenUnsatisfiable; patch merge topologyKey',
    volumes: 'map name; patch merge,retainKeys name',
  },
  PodStatus: {
    conditions: condition,
    containerStatuses: 'atomic',
    ephemeralContainerStatuses: 'atomic',
    hostIPs: 'atomic; patch merge ip',
    initContainerStatuses: 'atomic',
    podIPs: 'map ip; patch merge ip',
    resourceClaimStatuses: 'map name; patch merge,retainKeys name',
  },
  ProjectedVolumeSource: { sources: 'atomic' },
  RBDVolumeSource: {
    keyring: 'default "/etc/ceph/keyring"',
    monitors: 'atomic',
    pool: 'default "rbd"',
    user: 'default "admin"',
  },
  ResourceFieldSelector: { '': 'atomic', divisor: 'quantity' },
  ResourceRequirements: { claims: 'map name', limits: 'quantity', requests: 'quantity' },
  ResourceStatus: { resources: 'map resourceID' },
  ScaleIOVolumeSource: { fsType: 'default "xfs"', storageMode: 'default "ThinProvisioned"' },
  SecretKeySelector: { '': 'atomic' },
  SecretProjection: { items: 'atomic' },
  SecretVolumeSource: { items: 'atomic' },
  ServiceAccount: { imagePullSecrets: 'atomic', secrets: 'map name; patch merge name' },
  ServicePort: { protocol: 'default "TCP"' },
  ServiceSpec: {
    clusterIPs: 'atomic',
    externalIPs: 'atomic',
    ipFamilies: 'atomic',
    loadBalancerSourceRanges: 'atomic',
    ports: 'map port,protocol; patch merge port',
    selector: 'atomic',
  },
  ServiceStatus: { conditions: condition },
  TopologySpreadConstraint: { matchLabelKeys: 'atomic' },
  TypedLocalObjectReference: { '': 'atomic' },
  VolumeResourceRequirements: { limits: 'quantity', requests: 'quantity' },
};

const metaKeys: Record<string, FieldKeys> = {
  APIGroup: { serverAddressByClientCIDRs: 'atomic', versions: 'atomic' },
  APIGroupList: { groups: 'atomic' },
  APIResource: { categories: 'atomic', shortNames: 'atomic' },
  APIResourceList: { resources: 'atomic' },
  APIVersions: { serverAddressByClientCIDRs: 'atomic', versions: 'atomic' },
  DeleteOptions: { dryRun: 'atomic' },
  FieldSelectorRequirement: { values: 'atomic' },
  LabelSelector: { '': 'atomic', matchExpressions: 'atomic' },
  LabelSelectorRequirement: { values: 'atomic' },
  ObjectMeta: {
    finalizers: 'set; patch merge',
    managedFields: 'atomic',
    ownerReferences: 'map uid; patch merge uid',
  },
  OwnerReference: { '': 'atomic' },
  StatusDetails: { causes: 'atomic' },
};

const appsKeys: Record<string, FieldKeys> = {
  DeploymentSpec: { strategy: 'patch retainKeys' },
  DeploymentStatus: { conditions: condition },
  ReplicaSetStatus: { conditions: condition },
};

const accessKeys: Record<string, Record<string, FieldKeys>> = {
  'io.k8s.api.authentication.v1': {
    TokenRequestSpec: { audiences: 'atomic' },
    TokenReviewSpec: { audiences: 'atomic' },
    TokenReviewStatus: { audiences: 'atomic' },
    UserInfo: { groups: 'atomic' },
  },
  'io.k8s.api.authorization.v1': {
    FieldSelectorAttributes: { requirements: 'atomic' },
    LabelSelectorAttributes: { requirements: 'atomic' },
    NonResourceRule: { nonResourceURLs: 'atomic', verbs: 'atomic' },
    ResourceRule: { apiGroups: 'atomic', resourceNames: 'atomic', resources: 'atomic', verbs: 'atomic' },
    SubjectAccessReviewSpec: { groups: 'atomic' },
    SubjectRulesReviewStatus: { nonResourceRules: 'atomic', resourceRules: 'atomic' },
  },
  'io.k8s.api.rbac.v1': {
    AggregationRule: { clusterRoleSelectors: 'atomic' },
    ClusterRole: { rules: 'atomic' },
    ClusterRoleBinding: { subjects: 'atomic' },
    PolicyRule: {
      apiGroups: 'atomic',
      nonResourceURLs: 'atomic',
      resourceNames: 'atomic',
      resources: 'atomic',
      verbs: 'atomic',
    },
    Role: { rules: 'atomic' },
    RoleBinding: { subjects: 'atomic' },
    RoleRef: { '': 'atomic' },
    Subject: { '': 'atomic' },
  },
};

const customResourceKeys: Record<string, FieldKeys> = {
  CustomResourceDefinitionNames: { categories: 'atomic', shortNames: 'atomic' },
  CustomResourceDefinitionSpec: { versions: 'atomic' },
  CustomResourceDefinitionStatus: { conditions: 'map type', storedVersions: 'atomic' },
  CustomResourceDefinitionVersion: { additionalPrinterColumns: 'atomic', selectableFields: 'atomic' },
  JSONSchemaProps: {
    allOf: 'atomic',
    anyOf: 'atomic',
    enum: 'atomic',
    oneOf: 'atomic',
    required: 'atomic',
    'x-kubernetes-list-map-keys': 'atomic',
    'x-kubernetes-validations': 'map rule; patch merge rule',
  },
  WebhookConversion: { conversionReviewVersions: 'atomic' },
};

/** Package → type → field → words. Every list field of every definition is here, but for the items of list kinds and APIResource.verbs. */
export const schemaKeys: Record<string, Record<string, FieldKeys>> = {
  'io.k8s.api.core.v1': coreKeys,
  'io.k8s.apimachinery.pkg.apis.meta.v1': metaKeys,
  'io.k8s.api.apps.v1': appsKeys,
  ...accessKeys,
  'io.k8s.api.autoscaling.v1': { CrossVersionObjectReference: { '': 'atomic' } },
  'io.k8s.api.autoscaling.v2': {
    HPAScalingRules: { policies: 'atomic' },
    HorizontalPodAutoscalerSpec: { metrics: 'atomic' },
    HorizontalPodAutoscalerStatus: { conditions: condition, currentMetrics: 'atomic' },
    MetricTarget: { averageValue: 'quantity', value: 'quantity' },
    MetricValueStatus: { averageValue: 'quantity', value: 'quantity' },
  },
  'io.k8s.api.discovery.v1': {
    Endpoint: { addresses: 'set' },
    EndpointHints: { forZones: 'atomic' },
    EndpointPort: { '': 'atomic' },
    EndpointSlice: { endpoints: 'atomic', ports: 'atomic' },
  },
  'io.k8s.api.networking.v1': {
    HTTPIngressRuleValue: { paths: 'atomic' },
    IngressLoadBalancerIngress: { ports: 'atomic' },
    IngressLoadBalancerStatus: { ingress: 'atomic' },
    IngressSpec: { rules: 'atomic', tls: 'atomic' },
    IngressTLS: { hosts: 'atomic' },
    ServiceBackendPort: { '': 'atomic' },
  },
  'io.k8s.api.policy.v1': {
    PodDisruptionBudgetSpec: { selector: 'patch replace' },
    PodDisruptionBudgetStatus: { conditions: condition },
  },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1': customResourceKeys,
};
