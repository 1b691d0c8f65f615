import type { ErrorCode } from '#shared/contract/errors.ts';

/** What each error tells its caller to do, for the pages that its problem's `type` leads to. */
export const MEANINGS: Record<ErrorCode, string> = {
  validation: 'Something in the request is not as described; `details.issues` names every field by its path.',
  invalid_json:
    'The body is not JSON, or such as nobody means: nested very deep, or with a field `__proto__` or `toString`.',
  credentials_required: 'A login needs `email` and `password`, both as texts.',
  label_required: 'A project, or a key, needs a `label` that is not blank.',
  project_required: 'A run needs the id of its `project`; `details` names what else is wrong.',
  wrong_password: 'A password is changed by whoever knows it; tries count as logins do.',
  too_many_invitations:
    'The project, or whoever invites, has as many invitations that wait for an answer as it may. Withdraw some.',
  invalid_project: 'There is no such project, or the caller may not start runs in it.',
  subscription_too_wide:
    'A durable subscription is about at most 64 projects. Name them: `?projects=<id>,<id>`, or `none` for the own runs.',
  too_many_projects: 'The user owns as many projects as a user may. Delete one, or hand it to somebody else.',
  too_many_memberships:
    'The user is in as many projects as a user may be, its own included. Leave one, or delete one.',
  too_many_members: 'The project has as many members as a project may have. Take one out first.',
  too_many_keys:
    'The user has as many API keys as a user may. Delete one; those that have expired do not count.',
  unauthorized: 'There are no credentials, or they are not valid (any more).',
  invalid_credentials: 'There is no account with this e-mail and this password.',
  invalid_token: 'The token is none of ours, was changed, or its time is over.',
  session_expired: 'The token was good once: its user is gone, or has ended all tokens. Log in again.',
  invalid_api_key: 'There is no such key: it was revoked, its time is over, or it was never there.',
  forbidden: 'The caller may see this, but not do it: the key lacks the scope, or its user the role.',
  not_found: 'There is no such thing, or the caller may not see it: both look the same.',
  run_not_found: 'There is no such run, or the caller may not see it: both look the same.',
  method_not_allowed: 'The path is right and the method is not; `Allow` names those that are.',
  run_final: 'The run is over, so there is nothing to cancel any more.',
  idempotency_in_flight: 'An earlier request with this key is not answered yet. Try again shortly.',
  last_admin: 'Make somebody else an admin first.',
  last_owner: 'Make somebody else an owner of the project first.',
  email_taken: 'There is an account with this e-mail already.',
  body_too_large: 'The body is larger than 1 MiB, or has more than 20,000 values.',
  unsupported_encoding: 'Send the body as it is, or as `gzip`, `deflate` or `br`.',
  range_not_satisfiable: 'The file has no byte in the `Range`; `Content-Range` says how many it has.',
  idempotency_mismatch: 'Use a key once: for the same request again, a fresh one for another.',
  too_many_runs: 'As many runs of the user, or of the project, wait as may. Try again when some have begun.',
  too_many_streams:
    'The user has as many streams open, requests with `wait` included, as it may have at one gateway. Close some.',
  too_many_logins: 'Wait as long as `Retry-After` says.',
  unknown_host:
    'The request named a `Host` that is none of ours. Whoever runs the service lists its names in `GHOSTLY_PUBLIC_URL`.',
  too_many_consumers:
    'The user’s keys have as many durable consumers as a user may. Delete a key, or let one go unused for 7 days.',
  internal: 'A defect of the service. Its logs tell more under `requestId`.',
  not_implemented: 'This is not built yet.',
  no_self_update: 'Whoever runs the service updates it.',
  no_subscribers: 'Whoever runs the service sets `GHOSTLY_NATS_ISSUER_SEED` to let subscribers in.',
  database_unavailable: 'Nothing was accepted; trying again is safe.',
  not_ready: 'The service cannot work yet; `missing` says for want of what.',
};
