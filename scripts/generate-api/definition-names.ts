// Which OpenAPI definition each of the official client's models is. The client names models without their group
// (`V1Deployment`), Kubernetes names definitions with it (`io.k8s.api.apps.v1.Deployment`).

const core = 'io.k8s.api.core.v1';

/** Packages of the models that are not in core/v1; a pattern covers the kinds' own families of types. */
const packages: [definitionPackage: string, modelNames: RegExp][] = [
  [
    'io.k8s.apimachinery.pkg.apis.meta.v1',
    /^V1(API(Group|Resource)(List)?|APIVersions|Condition|DeleteOptions|FieldSelectorRequirement|GroupVersionForDiscovery|LabelSelector(Requirement)?|ListMeta|ManagedFieldsEntry|ObjectMeta|OwnerReference|Preconditions|ServerAddressByClientCIDR|Status(Cause|Details)?)$/,
  ],
  ['io.k8s.api.apps.v1', /^V1(Deployment|ReplicaSet|RollingUpdateDeployment)/],
  [
    'io.k8s.api.authentication.v1',
    /^(AuthenticationV1|V1(BoundObjectReference|SelfSubjectReview|TokenRequest(Spec|Status)|TokenReview|UserInfo))/,
  ],
  [
    'io.k8s.api.authorization.v1',
    /^V1((Field|Label)SelectorAttributes|NonResource(Attributes|Rule)|Resource(Attributes|Rule)|(Local|Self)?Subject(Access|Rules)Review)/,
  ],
  [
    'io.k8s.api.autoscaling.v1',
    /^V1(CrossVersionObjectReference|HorizontalPodAutoscaler|Scale(Spec|Status)?$)/,
  ],
  ['io.k8s.api.autoscaling.v2', /^V2/],
  ['io.k8s.api.coordination.v1', /^V1Lease/],
  ['io.k8s.api.discovery.v1', /^(DiscoveryV1|V1(Endpoint(Conditions|Hints|Slice(List)?)?|ForZone)$)/],
  ['io.k8s.api.events.v1', /^EventsV1/],
  ['io.k8s.api.networking.v1', /^V1(HTTPIngress|Ingress|ServiceBackendPort)/],
  ['io.k8s.api.policy.v1', /^V1(Eviction|PodDisruptionBudget)/],
  ['io.k8s.api.rbac.v1', /^(RbacV1|V1(AggregationRule|ClusterRole(?!ef)|PolicyRule|Role))/],
  [
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
    /^(ApiextensionsV1|V1(CustomResource|ExternalDocumentation|JSONSchemaProps|SelectableField|ValidationRule|WebhookConversion))/,
  ],
];

/** `V1Deployment` → `io.k8s.api.apps.v1.Deployment`. */
export function definitionNameOf(model: string): string {
  if (model === 'VersionInfo') return 'io.k8s.apimachinery.pkg.version.Info';
  const found = packages.find(([, pattern]) => pattern.test(model));
  const typeName = model.replace(/^([A-Z][a-z]+)?V\d/, '');
  return `${found ? found[0] : core}.${typeName}`;
}

/** API groups of the packages that hold kinds. */
const groups: Record<string, string> = {
  'io.k8s.api.core': '',
  'io.k8s.api.apps': 'apps',
  'io.k8s.api.authentication': 'authentication.k8s.io',
  'io.k8s.api.authorization': 'authorization.k8s.io',
  'io.k8s.api.autoscaling': 'autoscaling',
  'io.k8s.api.coordination': 'coordination.k8s.io',
  'io.k8s.api.discovery': 'discovery.k8s.io',
  'io.k8s.api.events': 'events.k8s.io',
  'io.k8s.api.networking': 'networking.k8s.io',
  'io.k8s.api.policy': 'policy',
  'io.k8s.api.rbac': 'rbac.authorization.k8s.io',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions': 'apiextensions.k8s.io',
  'io.k8s.apimachinery.pkg.apis.meta': '',
  'io.k8s.metrics.pkg.apis.metrics': 'metrics.k8s.io',
};

/** Group, version and kind of a definition, from its name. */
export function groupVersionKindOf(definition: string): { group: string; version: string; kind: string } {
  const match = /^(.*)\.([^.]+)\.([^.]+)$/.exec(definition);
  const group = match ? groups[match[1] ?? ''] : undefined;
  if (!match || group === undefined) throw new Error(`no API group is known for ${definition}`);
  return { group, version: match[2] ?? '', kind: match[3] ?? '' };
}
