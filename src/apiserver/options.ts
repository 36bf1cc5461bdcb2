// The query parameters and bodies that modify a request (metav1.GetOptions … DeleteOptions), checked once and given names.

import { notSupported } from '../api/field-error.ts';
import { badRequest, invalidObject } from '../api/status.ts';
import { isTrue } from './request-info.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  dryRun: boolean;
  fieldManager: string;
  fieldValidation: FieldValidation;
  force: boolean;
}

const validations = ['Ignore', 'Warn', 'Strict'] as const;

/** `kind` names the options in error texts: CreateOptions, UpdateOptions, PatchOptions. */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions {
  const dryRuns = query.getAll('dryRun').filter((value) => value !== '');
  const wrongDryRun = dryRuns.find((value) => value !== 'All');
  if (wrongDryRun !== undefined) {
    throw invalidObject({ group: 'meta.k8s.io', kind }, '', [notSupported('dryRun', wrongDryRun, ['All'])]);
  }
  const validation = query.get('fieldValidation') || 'Warn';
  if (!(validations as readonly string[]).includes(validation)) {
    throw invalidObject({ group: 'meta.k8s.io', kind }, '', [
      notSupported('fieldValidation', validation, validations),
    ]);
  }
  return {
    dryRun: dryRuns.length > 0,
    fieldManager: query.get('fieldManager') ?? '',
    fieldValidation: validation as FieldValidation,
    force: isTrue(query.get('force')),
  };
}

export interface DeleteOptions {
  dryRun: boolean;
  gracePeriodSeconds: number | undefined;
  propagationPolicy: 'Orphan' | 'Background' | 'Foreground' | undefined;
  preconditions: { uid?: string; resourceVersion?: string };
}

const policies = ['Orphan', 'Background', 'Foreground'] as const;

/** From the query and the optional body; the body wins. */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const given = (body ?? {}) as Record<string, unknown>;
  const grace = given.gracePeriodSeconds ?? numberParameter(query, 'gracePeriodSeconds');
  if (grace !== undefined && (typeof grace !== 'number' || !Number.isInteger(grace) || grace < 0)) {
    throw badRequest(`gracePeriodSeconds must be a non-negative integer, not ${JSON.stringify(grace)}`);
  }
  const orphan = given.orphanDependents as boolean | undefined;
  const policy =
    given.propagationPolicy ??
    query.get('propagationPolicy') ??
    (orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background');
  if (policy !== undefined && !(policies as readonly unknown[]).includes(policy)) {
    throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      notSupported('propagationPolicy', policy, [...policies, 'nil']),
    ]);
  }
  const dryRun = (given.dryRun as string[] | undefined) ?? query.getAll('dryRun');
  return {
    dryRun: dryRun.length > 0,
    gracePeriodSeconds: grace as number | undefined,
    propagationPolicy: policy as DeleteOptions['propagationPolicy'],
    preconditions: (given.preconditions as DeleteOptions['preconditions']) ?? {},
  };
}

export interface ListParameters {
  labelSelector: string;
  fieldSelector: string;
  limit: number;
  continueToken: string;
  resourceVersion: string;
  resourceVersionMatch: string;
}

export function listParameters(query: URLSearchParams): ListParameters {
  const limit = numberParameter(query, 'limit') ?? 0;
  return {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: Math.max(0, limit),
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
}

/** A whole number, or undefined where the parameter is absent or empty. Throws 400 for anything else. */
export function numberParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw badRequest(
      `unable to parse query parameter ${name}: ${JSON.stringify(text)} is not a whole number`,
    );
  }
  return value;
}

/** A resourceVersion as a number; '' gives undefined. Throws 400 for what this server never issued. */
export function parseResourceVersion(text: string): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw badRequest(
      `Invalid value: ${JSON.stringify(text)}: resourceVersion must be a non-negative integer`,
    );
  }
  return value;
}
