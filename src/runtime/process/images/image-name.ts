// Names of images as Docker reads them: what is left out is docker.io, library/ and :latest, and short names leave it out again.

/** Whatever was left out is filled in. */
export interface ImageName {
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  registry: string;
  /** Without registry and tag; `library/` of docker.io is dropped: `python`, `relevo/web`. */
  path: string;
  tag: string;
  /** `sha256:…`, where the name has one: then the tag counts no more. */
  digest?: string;
}

/** What stands before the first slash is a registry only with a dot or a port, or when it is localhost. */
const pattern =
  /^(?:(?<registry>localhost(?::\d+)?|[\w-]+:\d+|[\w-]+(?:\.[\w-]+)+(?::\d+)?)\/)?(?<path>[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** Undefined for a text that names no image. */
export function parseImageName(text: string): ImageName | undefined {
  const groups = pattern.exec(text)?.groups;
  if (!groups) return undefined;
  const { registry = 'docker.io', path = '', tag = 'latest', digest } = groups;
  const isHub = registry === 'docker.io';
  return {
    registry: isHub ? 'docker.io' : registry,
    path: isHub ? path.replace(/^library\/(?=.)/, '') : path,
    tag,
    ...(digest === undefined ? {} : { digest }),
  };
}

/** `python`, `ghcr.io/a/b`: no tag. */
export function repositoryOf({ registry, path }: ImageName): string {
  return registry === 'docker.io' ? path : `${registry}/${path}`;
}

/** `python:latest`: what people type, with the tag written out. */
export function shortName(name: ImageName): string {
  return `${repositoryOf(name)}:${name.tag}`;
}

/** What such a text has to look like, for messages. */
export const imageNameForm = 'write [registry/]name[:tag] in lower case';
