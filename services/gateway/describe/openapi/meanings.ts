import type { ErrorCode } from '#shared/api/contract/errors/errors.ts';

/** What each error means and what the caller can do about it: the page that a problem's `type` links to. */
export const MEANINGS: Record<ErrorCode, string> = {
  validation:
    'The request does not match its description; `details.issues` lists each invalid field by its path.',
  hidden_values:
    'The flow was copied from what is shown of a run. `details.issues` lists where a value has to be entered again.',
  secrets_of_another:
    'Secrets are used by who wrote them alone. `details.issues` lists those that `values` has to supply, and other texts with one inside, for which the caller sends their own steps.',
  invalid_json:
    'The body is not valid JSON, is nested too deeply, or has a reserved field name such as `__proto__` or `toString`.',
  credentials_required: '`email` and `password` are required, both as strings.',
  label_required: 'A project or an API key needs a `label` that is not blank.',
  project_required: 'A run needs the id of its `project`; `details` lists any other invalid fields.',
  wrong_password: 'The current password is required to change it. Attempts count towards the login limit.',
  too_many_invitations:
    'The project or the inviting user has reached the limit of pending invitations. Withdraw some of them.',
  invalid_project: 'The project does not exist, or the caller may not start runs in it.',
  subscription_too_wide:
    'A durable subscription covers at most 64 projects. List them with `?projects=<id>,<id>`, or use `none` for the caller’s own runs only.',
  too_many_projects:
    'The user has reached the limit of owned projects. Delete one or hand it over to another user.',
  too_many_memberships:
    'The user has reached the limit of project memberships, owned projects included. Leave or delete a project.',
  too_many_members: 'The project has reached its member limit. Remove a member first.',
  too_many_keys: 'The user has reached the limit of API keys. Delete one; expired keys do not count.',
  too_many_webhooks: 'The project has reached the limit of webhooks. Delete one.',
  too_many_secrets: 'The project has reached the limit of secrets. Delete one.',
  unauthorized: 'The credentials are missing, invalid or expired.',
  invalid_credentials: 'No account matches this e-mail and password.',
  invalid_token: 'The token was not issued for this service, was modified, or has expired.',
  session_expired:
    'The token or session is no longer valid: it has ended, or its user was deleted. Log in again.',
  invalid_api_key: 'The API key does not exist, was revoked, or has expired.',
  cross_site:
    'The browser says that the request comes from another site, or does not say where it comes from. Behind a proxy that changes `Host`, the operator lists the address in `GHOSTLY_PUBLIC_URL`. Other clients use `POST /v1/auth/login`.',
  forbidden:
    'The caller may see this resource but not perform this action: the API key lacks the scope, or its user the role.',
  admins_create_users:
    'Accounts are created by admins, with a token or with a key that has the scope `admin`.',
  answer_links_off:
    'An owner of the project has set its `answerLinks` to `false`. A user of the project can answer after signing in.',
  not_found: 'The resource does not exist, or the caller may not see it; the answer is the same.',
  not_cancelled:
    'The run exists, and nobody has asked for its cancel: it goes on, or has ended by itself. There is no receipt.',
  run_not_found: 'The run does not exist, or the caller may not see it; the answer is the same.',
  method_not_allowed: 'The path does not support this method; `Allow` lists those that it does.',
  upgrade_required:
    'The path is for a WebSocket: the request lacks `Upgrade: websocket`, or a proxy has removed it.',
  no_picture:
    'The run waits for a runner, has ended, or its page has not been painted yet. `GET /v1/runs/:id` says which.',
  not_asked:
    'The run waits for no answer, or not for this one: it goes on, is being stopped, or the time to answer is over.',
  already_answered: 'The first answer counts. `answered` says who has answered, and when.',
  not_pausable: 'The run has ended, or is being stopped.',
  too_many_orders: 'A run takes 100 pauses, and 200 answers, pauses and resumes together.',
  not_paused: 'The run is not paused: it goes on, is being stopped, or the time of its pause is over.',
  already_resumed: 'The first request counts. `answered` says whose that was, and when.',
  link_over:
    'The link was good until the time to answer was over. The run has ended, or gone on without an answer.',
  run_final: 'The run has already ended, so there is nothing to cancel.',
  idempotency_in_flight: 'An earlier request with this key is still being processed. Retry shortly.',
  last_admin: 'The service needs at least one admin. Create another one first.',
  last_owner: 'A project needs at least one owner. Make another member an owner first.',
  webhook_disabled:
    'Nothing is sent to a disabled webhook. Enable it with `PATCH` and `{"enabled":true}`; then it is sent what is pending.',
  webhook_without_url:
    'The webhook was made to be read. Add another one with a URL to have its messages sent.',
  too_many_flows:
    'The project has reached the limit of named flows (`GHOSTLY_MAX_FLOWS_PER_PROJECT`). Delete one that is not used any more: of the deleted ones, those that were deleted longest ago make room.',
  no_checkpoints: 'Nothing was kept of its pages, so that no run can begin at one of its steps.',
  no_checkpoint:
    'What is kept of a run is bounded, and of the oldest steps it goes first; a page that could not be kept is missing, too. `forkFrom` of the run lists the steps.',
  step_not_done: 'Wait until the run has done it, or begin at an earlier step.',
  version_mismatch:
    'A newer version of the flow or schedule was stored since the one in `If-Match`, or it was deleted; or, with `If-None-Match: *`, there is one with this name. (A flow of the same content is no conflict.) Nothing was stored. Read it, and decide again.',
  secret_exists:
    'The request has `If-None-Match: *`, and the project has a secret with this name. It is as it was.',
  too_many_schedules: 'A project has up to 1,000 schedules. Delete one that is not used any more.',
  too_many_batches: 'Up to 100 batches of a project go on at once. Wait until one has ended, or cancel it.',
  batch_final: 'All of its tests have ended, so there is nothing to cancel.',
  too_many_profiles: 'A project has up to 100 login profiles. Delete one that is not used any more.',
  email_taken: 'An account with this e-mail already exists.',
  body_too_large: 'The body exceeds 1 MiB or contains more than 20,000 values.',
  unsupported_encoding: 'Send the body uncompressed, or encoded with `gzip`, `deflate` or `br`.',
  range_not_satisfiable: 'The `Range` is outside the file; `Content-Range` gives its size in bytes.',
  idempotency_mismatch: 'The key was used with a different body. Use a new key for each new request.',
  too_many_runs:
    'The user or the project has reached the limit of waiting runs. Retry when some have started.',
  too_many_streams:
    'The user has reached the limit of open streams at one gateway, requests with `wait` included. Close some of them.',
  too_many_requests:
    'So many requests of the user wait for their turn at one gateway already that it takes no more. Wait for the answers to some.',
  too_many_logins: 'Too many failed attempts. Retry after the number of seconds in `Retry-After`.',
  unknown_host:
    'The `Host` of the request is not a name of this service. The operator lists its names in `GHOSTLY_PUBLIC_URL`.',
  too_many_consumers:
    'The API keys of the user have reached the limit of durable consumers. Delete a key, or leave one unused for 30 days.',
  internal: 'An unexpected error in the service. Its logs have the details under `requestId`.',
  not_implemented: 'This is not implemented yet.',
  no_self_update: 'The service is updated by its operator.',
  no_subscribers: 'NATS subscriptions are off; the operator enables them with `GHOSTLY_NATS_ISSUER_SEED`.',
  no_vault:
    'The vault is off: the operator makes its keys with `ghostly keys new`, and gives gateways the public one (`GHOSTLY_SEAL_PUBLIC_KEY`) and runners the private one (`GHOSTLY_SEAL_KEY`).',
  no_viewer:
    'The viewer of Playwright is off, or the gateway is behind a proxy and its operator has not said at which address the viewer is (`GHOSTLY_VIEWER_URL`).',
  artifact_refused:
    'The run had this artifact, but the object store went on refusing it, for example because it is too large, so that its runner gave it up, at once or after a day. The name of the file with `.refused.txt` behind it gives the answer of the store.',
  artifact_pending:
    'The run has this artifact, but its runner has not sent it to the object store yet, as after an outage of that, or still writes it, as a video may take some seconds after the end of its run. Retry after the number of seconds in `Retry-After`. If it does not come within a day of the end of its run, or within 15 seconds where there is no object store, the answer is 404.',
  store_unavailable:
    'The object store that keeps the artifacts does not answer the gateway. Retry after the number of seconds in `Retry-After`.',
  database_unavailable: 'Nothing was accepted; retrying is safe.',
  not_ready:
    'The service is not ready; `missing` lists the dependencies that are unavailable, `outages` also since when, as this gateway saw it: it notices an outage within a second or so.',
};
