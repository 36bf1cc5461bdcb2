// What is known of an image besides its files. It is kept as JSON beside them.

/** What stands for a well-known image: programs of the host. `shell`: its shell and tools. */
export type BaseName = 'python' | 'node' | 'nginx' | 'httpd' | 'shell' | 'nothing';

/** As the image's builder asked for; texts as in Docker's own configuration. */
export interface ImageConfig {
  entrypoint: readonly string[];
  cmd: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Absolute. Empty: the root. */
  workingDir: string;
  /** `name`, `1000`, `1000:1000`. Empty: none was named. */
  user: string;
  /** `5000/tcp`. */
  exposedPorts: readonly string[];
  labels: Readonly<Record<string, string>>;
  /** `SIGQUIT`. */
  stopSignal?: string;
}

export const emptyConfig: ImageConfig = {
  ...{ entrypoint: [], cmd: [], env: {}, workingDir: '', user: '', exposedPorts: [], labels: {} },
};

/** What a line of the Dockerfile would have installed, had it been run. */
export interface Requirement {
  kind: 'python' | 'node';
  /** Of the packages, as their registry calls them. */
  packages: readonly string[];
  /** Where Node's packages are looked for: absolute, in the image. */
  folder?: string;
}

export interface ImageDescription {
  source: 'build' | 'load';
  /** Programs of the host with files over them, or `own`: the files are a whole root. */
  base: BaseName | 'own';
  config: ImageConfig;
  requirements: readonly Requirement[];
}

export interface StoredImage extends ImageDescription {
  /** `sha256:…`, of the description and the files. */
  id: string;
  /** ISO 8601. */
  createdAt: string;
  /** Of its files. */
  sizeBytes: number;
}

/** `SIGTERM` of `TERM`, `sigterm`, `15`. A text that names no signal is left as it is. */
export function signalName(text: string, numbers: Readonly<Record<string, number>>): string {
  const byNumber = Object.keys(numbers).find((name) => String(numbers[name]) === text);
  if (byNumber !== undefined) return byNumber;
  const upper = text.toUpperCase();
  return upper.startsWith('SIG') ? upper : `SIG${upper}`;
}
