import { ACCOUNT_ENDPOINTS } from '#shared/api/contract/accounts/endpoints.ts';
import { INVITATION_ENDPOINTS } from '#shared/api/contract/accounts/invitation-endpoints.ts';
import { ANSWER_ENDPOINTS } from '#shared/api/contract/answers/endpoints.ts';
import { BATCH_ENDPOINTS } from '#shared/api/contract/batches/endpoints.ts';
import { CANCEL_ENDPOINTS } from '#shared/api/contract/cancel/endpoints.ts';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { FLOW_ENDPOINTS } from '#shared/api/contract/flows/endpoints.ts';
import { FORK_ENDPOINTS } from '#shared/api/contract/forks/endpoints.ts';
import { LIVE_ENDPOINTS } from '#shared/api/contract/live/endpoints.ts';
import { PAUSE_ENDPOINTS } from '#shared/api/contract/pauses/endpoints.ts';
import { PROFILE_ENDPOINTS } from '#shared/api/contract/profiles/endpoints.ts';
import { RUN_ENDPOINTS } from '#shared/api/contract/runs/endpoints.ts';
import { PLAYWRIGHT_TRACE_ENDPOINTS } from '#shared/api/contract/runs/playwright-trace.ts';
import { SCHEDULE_ENDPOINTS } from '#shared/api/contract/schedules/endpoints.ts';
import { SECRET_ENDPOINTS } from '#shared/api/contract/secrets/endpoints.ts';
import { DOCS_ENDPOINTS } from '#shared/api/contract/service/docs-endpoints.ts';
import { SERVICE_ENDPOINTS } from '#shared/api/contract/service/endpoints.ts';
import { SUBSCRIBE_ENDPOINTS } from '#shared/api/contract/subscribe/endpoints.ts';
import { WEBHOOK_ENDPOINTS } from '#shared/api/contract/webhooks/endpoints.ts';

interface Group {
  /** The tag of its endpoints. */
  name: string;
  text: string;
  endpoints: Readonly<Record<string, Endpoint>>;
}

/** The endpoints of the contract as the document has them: each in one group. */
export const GROUPS: readonly Group[] = [
  {
    name: 'Runs',
    text: 'Start a flow; list, read and watch runs and their pages; answer what they ask; pause them; fetch their screenshots, videos and traces.',
    endpoints: {
      ...RUN_ENDPOINTS,
      ...LIVE_ENDPOINTS,
      ...FORK_ENDPOINTS,
      ...ANSWER_ENDPOINTS,
      ...PAUSE_ENDPOINTS,
      ...PLAYWRIGHT_TRACE_ENDPOINTS,
    },
  },
  {
    name: 'Flows',
    text: 'Flows that a project keeps under a name, in versions. A run is started from one by `flow`.',
    endpoints: FLOW_ENDPOINTS,
  },
  {
    name: 'Schedules',
    text: 'Flows of a project that are started at times. Each of these times that has come is kept as an occurrence, with what has become of it.',
    endpoints: SCHEDULE_ENDPOINTS,
  },
  {
    name: 'Batches',
    text: 'Many runs with one report: flows with rows of inputs, each a test.',
    endpoints: BATCH_ENDPOINTS,
  },
  {
    name: 'Cancelling',
    text: 'Cancel one run or many, and follow the outcome.',
    endpoints: CANCEL_ENDPOINTS,
  },
  {
    name: 'Accounts',
    text: 'Users, projects and their members, API keys.',
    endpoints: ACCOUNT_ENDPOINTS,
  },
  {
    name: 'Invitations',
    text: 'Users join a project by accepting an invitation to their e-mail.',
    endpoints: INVITATION_ENDPOINTS,
  },
  {
    name: 'Subscribing',
    text: 'Receive events over NATS. The messages are described in `/asyncapi.json`.',
    endpoints: SUBSCRIBE_ENDPOINTS,
  },
  {
    name: 'Webhooks',
    text: 'Notifications about runs and schedules over HTTP. The messages are described under `webhooks`.',
    endpoints: WEBHOOK_ENDPOINTS,
  },
  {
    name: 'Vault',
    text: 'Secrets that runs type, and that nobody can read back.',
    endpoints: SECRET_ENDPOINTS,
  },
  {
    name: 'Login profiles',
    text: 'Logins of a project that runs begin with. What is saved is sealed for the runners; no answer has any of it.',
    endpoints: PROFILE_ENDPOINTS,
  },
  { name: 'Service', text: 'State and health of the service.', endpoints: SERVICE_ENDPOINTS },
  { name: 'Description', text: 'This contract, for programs and for people.', endpoints: DOCS_ENDPOINTS },
];
