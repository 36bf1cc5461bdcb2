// POST serviceaccounts/NAME/token: decodes and admits a TokenRequest; token-issuer.ts has the rules.

import type { AuthenticationV1TokenRequest } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import type { ResourceRoute } from '../api-server.ts';
import { issueServiceAccountToken } from '../auth/token-issuer.ts';
import { jsonResponse } from '../request.ts';
import { writeContext } from '../resource-handler.ts';
import type { BodyKind } from '../write/decode.ts';
import { allowVerbs, readBody } from './body.ts';
import type { RouteParts } from './route-parts.ts';

const tokenRequest: BodyKind = {
  kind: 'TokenRequest',
  apiVersion: 'authentication.k8s.io/v1',
  version: 'v1',
  schema: 'io.k8s.api.authentication.v1.TokenRequest',
};

type TokenRouteParts = Pick<RouteParts, 'store' | 'clock' | 'tokenKey' | 'preparation'>;

export function tokenRoute({ store, clock, tokenKey: key, preparation }: TokenRouteParts): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'create');
    const context = writeContext(given, 'CreateOptions');
    const request = await readBody<AuthenticationV1TokenRequest>(given, context.options, tokenRequest);
    preparation.subresource(context, request as AnyObject);
    const { namespace, name } = given.info;
    const issue = { namespace, name, request };
    return jsonResponse(201, issueServiceAccountToken({ store, clock, key }, issue, context.options.dryRun));
  };
}
