// One HTTP request of a plan, with everything that is in force for it: which scope of the file that came from no longer shows.

import type { NameValue, Template, UserParameters } from './template.ts';

/** JMeter's HTTP sampler. */
export interface HttpStep {
  readonly type: 'http';
  /** The label of its samples. */
  readonly name: Template;
  /** Where it stands in its file, for messages: `line 12`, or the path of names in a .jmx. */
  readonly at: string;
  readonly request: HttpRequest;
  /** Set before it and its timers: JMeter's User Parameters of an inner scope. */
  readonly userParameters?: readonly UserParameters[];
  /** Applied before it, all of them; their delays add up. */
  readonly timers: readonly Timer[];
  /** Run in this order after it, before the assertions. */
  readonly extractors: readonly Extractor[];
  readonly assertions: readonly Assertion[];
  /** What ends when its sample is not good, besides what the group says (JMeter's Result Status Action Handler). */
  readonly onFailure?: readonly Stop[];
}

/** `user`: the one that does it; `test` lets others finish their requests, `test-now` does not. */
export type Stop = 'iteration' | 'loop' | 'loop-break' | 'user' | 'test' | 'test-now';

export interface HttpRequest {
  readonly method: Template;
  /** `http` or `https`; empty: http. A `path` that is a whole URL goes before these three. */
  readonly protocol: Template;
  readonly host: Template;
  /** Empty: the protocol's own. */
  readonly port: Template;
  /** With query, as it is to be sent. */
  readonly path: Template;
  /** Go into the query with GET, HEAD, DELETE and OPTIONS without a body, else into the body. */
  readonly arguments: readonly Argument[];
  /** Instead of arguments; sent as it is. */
  readonly body?: Template;
  /** One file without a parameter name is the whole body; others make it multipart/form-data. */
  readonly files: readonly UploadedFile[];
  readonly multipart: boolean;
  /** The nearest of the same name has won already; an empty value takes the header away. */
  readonly headers: readonly NameValue[];
  /** `sub-samples`: each redirect is a sample below this one (JMeter's "Follow Redirects"); `silently`: only the last is measured. */
  readonly redirects: 'sub-samples' | 'silently' | 'no';
  readonly keepAlive: boolean;
  /** Undefined: as run/defaults.ts says; 0: none. */
  readonly connectMs?: Template;
  readonly responseMs?: Template;
  /** Of arguments and body; empty: UTF-8. */
  readonly encoding: string;
  /** By id. */
  readonly cookieJar?: string;
  readonly cache?: string;
  readonly authorizations: readonly Authorization[];
}

export interface Argument {
  readonly name: Template;
  readonly value: Template;
  /** Percent-encoded before it is sent. */
  readonly encode: boolean;
  /** False: name and value follow each other. */
  readonly withEquals: boolean;
  /** Percent-decoded before that: JMeter takes values of forms that it is not to encode for encoded ones, and encodes them anew. */
  readonly decodeFirst?: boolean;
}

export interface UploadedFile {
  readonly path: Template;
  readonly field: Template;
  readonly mimeType: Template;
}

/** In force for URLs that begin with `url`; empty: for all. */
export interface Authorization {
  readonly url: Template;
  readonly user: Template;
  readonly password: Template;
  readonly realm: Template;
  readonly mechanism: 'basic' | 'digest';
}

export type Timer =
  | { readonly type: 'constant'; readonly delayMs: Template }
  | { readonly type: 'uniform'; readonly delayMs: Template; readonly rangeMs: Template }
  | { readonly type: 'gaussian'; readonly delayMs: Template; readonly deviationMs: Template }
  | { readonly type: 'poisson'; readonly delayMs: Template; readonly lambdaMs: Template }
  /** A schedule: samples have a time at which they are due. `id` is shared by all requests in its scope. */
  | {
      readonly type: 'throughput';
      readonly id: string;
      readonly perMinute: Template;
      readonly of:
        | 'this-user'
        | 'all-users'
        | 'all-users-of-group'
        | 'all-users-shared'
        | 'all-users-of-group-shared';
    }
  /** `users` of them go on together; 0 is all of the group. 0 ms: waits for ever. */
  | {
      readonly type: 'synchronizing';
      readonly id: string;
      readonly users: Template;
      readonly timeoutMs: Template;
    };

/** What an assertion or extractor looks at. */
export type Field =
  | 'body'
  /** The body with entities decoded. */
  | 'body-unescaped'
  | 'response-headers'
  | 'request-headers'
  | 'request-body'
  | 'url'
  | 'code'
  | 'message'
  /** Of another variable. */
  | { readonly variable: string };

/** Main sample, those below it (redirects), or both. */
export type Scope = 'main' | 'sub' | 'all';

export type Assertion =
  | {
      readonly type: 'response';
      readonly name: string;
      readonly field: Field;
      /** `contains` and `matches` are regular expressions (Perl 5's, as JMeter has them), `substring` and `equals` plain text. */
      readonly test: 'contains' | 'matches' | 'equals' | 'substring';
      readonly not: boolean;
      /** One pattern is enough. */
      readonly or: boolean;
      readonly patterns: readonly Template[];
      /** The sample counts as good before this is looked at, whatever its status. */
      readonly ignoreStatus: boolean;
      readonly message: Template;
      readonly scope: Scope;
    }
  | { readonly type: 'duration'; readonly name: string; readonly ms: Template; readonly scope: Scope }
  | {
      readonly type: 'size';
      readonly name: string;
      readonly of: 'full' | 'body' | 'headers' | 'code' | 'message';
      readonly operator: '=' | '!=' | '>' | '<' | '>=' | '<=';
      readonly bytes: Template;
      readonly scope: Scope;
    }
  | {
      readonly type: 'json';
      readonly name: string;
      /** JSONPath. */
      readonly path: Template;
      /** Undefined: it is enough that the path leads somewhere. */
      readonly expected?: Template;
      readonly isRegex: boolean;
      readonly expectNull: boolean;
      readonly invert: boolean;
    }
  /** `200`, `2xx`, `200-399`: of the YAML form. Without it a status of 400 or above fails. */
  | { readonly type: 'status'; readonly name: string; readonly expected: readonly string[] };

export type Extractor =
  | {
      readonly type: 'regex';
      readonly variable: string;
      readonly pattern: Template;
      /** `$1$`, `$1$-$2$`. */
      readonly template: string;
      /** 0: by chance; -1: all of them, as variable_1 and so on, with variable_matchNr. */
      readonly match: Template;
      readonly default?: Template;
      readonly field: Field;
      readonly scope: Scope;
    }
  | {
      readonly type: 'boundary';
      readonly variable: string;
      readonly left: Template;
      readonly right: Template;
      readonly match: Template;
      readonly default?: Template;
      readonly field: Field;
      readonly scope: Scope;
    }
  | {
      readonly type: 'json';
      readonly variable: string;
      readonly path: Template;
      readonly match: Template;
      readonly default?: Template;
      /** All values too, joined, as variable_ALL. */
      readonly joined: boolean;
      readonly scope: Scope;
    };
