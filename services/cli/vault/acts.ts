/* What the actions of `ghostly secrets` do. */
import { ApiError, type CallReply, type Client } from '#shared/api/client/index.ts';
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';
import { readValue } from './read-value.ts';

interface Job {
  client: Client;
  context: CommandContext;
  /** The id of the project. */
  project: string;
  json: boolean;
  kind: SecretKind;
  origins: string[];
  note: string | undefined;
  stdin: boolean;
  /** How many uses are listed. */
  limit: number;
}
type Act = (job: Job, name: string) => Promise<void>;

type Secret = CallReply<'putSecret'>;
type Use = CallReply<'listSecretUses'>[number];

const PAGE = 1_000;
const timeOf = (text: string | undefined) => (text === undefined ? '-' : localTime(Date.parse(text)));
const signalOf = ({ context }: Job) => ({ signal: context.outClosed });
const say = ({ context, json }: Job, answer: unknown, text: string) =>
  context.out(json ? plainJson(answer) : text);

const HEAD = ['NAME', 'KIND', 'VERSION', 'ORIGINS', 'UPDATED', 'LAST USED', 'BY', 'NOTE'];
const rowOf = (secret: Secret): string[] => [
  plainText(secret.name),
  secret.kind,
  String(secret.version),
  plainText(secret.origins.join(' ')),
  timeOf(secret.updatedAt),
  timeOf(secret.lastUsedAt),
  plainText(secret.lastUsedBy ?? ''),
  plainText(secret.note),
];

const USES_HEAD = ['AT', 'RUN', 'STEP', 'ORIGIN', 'USER', 'VERSION'];
const rowOfUse = ({ at, runId, phase, stepIndex, origin, user = '', version }: Use): string[] => [
  timeOf(at),
  runId,
  `${phase === 'flow' ? '' : 'onCancel '}${stepIndex + 1}`,
  plainText(origin),
  plainText(user),
  String(version),
];

async function readAll(job: Job): Promise<Secret[]> {
  const secrets: Secret[] = [];
  for (let after = ''; ; after = secrets.at(-1)?.name ?? '') {
    const request = { params: { id: job.project }, query: { limit: PAGE, after } };
    const page = await job.client.call('listSecrets', request, signalOf(job));
    secrets.push(...page);
    if (page.length < PAGE) return secrets;
  }
}

/** Names the fields that the gateway refused; it repeats nothing of what they hold. */
function explain(error: unknown): never {
  const { issues = [] } = (error instanceof ApiError && error.body.details) || {};
  if (issues.length === 0) throw error;
  throw new UsageError(issues.map(({ path, message }) => plainText(`${path}: ${message}`)).join('; '));
}

/** The keys are the names of the actions. */
export const SECRET_ACTIONS: Readonly<Record<string, Act>> = {
  async list(job) {
    const secrets = await readAll(job);
    if (job.json) job.context.out(plainJson(secrets));
    else showTable(job.context, HEAD, secrets.map(rowOf));
  },
  async put(job, name) {
    const { project: id, kind, origins, note, client } = job;
    const body = { ...(await readValue(kind, job)), origins, ...(note !== undefined && { note }) };
    const request = client.call('putSecret', { params: { id, name }, body }, signalOf(job));
    const stored = await request.catch(explain);
    say(job, stored, `stored ${name}, version ${stored.version}, for ${stored.origins.join(' ')}`);
  },
  async delete(job, name) {
    const params = { id: job.project, name };
    say(job, await job.client.call('deleteSecret', { params }, signalOf(job)), `deleted ${name}`);
  },
  async uses(job, name) {
    const request = { params: { id: job.project, name }, query: { limit: job.limit } };
    const uses = await job.client.call('listSecretUses', request, signalOf(job));
    if (job.json) job.context.out(plainJson(uses));
    else showTable(job.context, USES_HEAD, uses.map(rowOfUse));
  },
};
