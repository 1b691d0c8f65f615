import type { ErrorCode } from '../errors.ts';

/** What each error tells its caller to do, for the pages that its problem's `type` leads to. */
export const MEANINGS: Record<ErrorCode, string> = {
  validation: 'Something in the request is not as described; `details.issues` names every field by its path.',
  invalid_json:
    'The body is not JSON, or such as nobody means: nested very deep, or with a field `__proto__` or `toString`.',
  unknown_user: 'There is no account with this e-mail.',
  invalid_project: 'There is no such project, or the caller may not start runs in it.',
  unauthorized: 'There are no credentials, or they are not valid (any more).',
  forbidden: 'The caller may see this, but not do it: the key lacks the scope, or its user the role.',
  not_found: 'There is no such thing, or the caller may not see it: both look the same.',
  method_not_allowed: 'The path is right and the method is not; `Allow` names those that are.',
  run_final: 'The run is over, so there is nothing to cancel any more.',
  idempotency_in_flight: 'An earlier request with this key is not answered yet. Try again shortly.',
  last_admin: 'Make somebody else an admin first.',
  last_owner: 'Make somebody else an owner of the project first.',
  email_taken: 'There is an account with this e-mail already.',
  body_too_large: 'The body is larger than 1 MiB.',
  unsupported_encoding: 'Send the body as it is, or as `gzip`, `deflate` or `br`.',
  range_not_satisfiable: 'The file has no byte in the `Range`; `Content-Range` says how many it has.',
  idempotency_mismatch: 'Use a key once: for the same request again, a fresh one for another.',
  too_many_runs: 'As many runs of the user, or of the project, wait as may. Try again when some have begun.',
  too_many_logins: 'Wait as long as `Retry-After` says.',
  internal: 'A defect of the service. Its logs tell more under `requestId`.',
  not_implemented: 'This is not built yet.',
  no_self_update: 'Whoever runs the service updates it.',
  no_subscribers: 'Whoever runs the service sets `GHOSTLY_NATS_ISSUER_SEED` to let subscribers in.',
  database_unavailable: 'Nothing was accepted; trying again is safe.',
  not_ready: 'The service cannot work yet; `missing` says for want of what.',
};
