import { findProjectId } from '#shared/api/client/find-project.ts';
import type { Client } from '#shared/api/client/index.ts';
import { PROJECT_ROLES } from '#shared/api/contract/accounts/roles.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';

interface Job {
  client: Client;
  context: CommandContext;
  json: boolean;
  color: string | undefined;
}
type Act = (job: Job, ...args: string[]) => Promise<unknown>;

const idOf = ({ client, context }: Job, named: string) =>
  findProjectId(client, named, { signal: context.outClosed });
const pendingIn = ({ client, context }: Job, id: string) =>
  client.call('listProjectInvitations', { params: { id } }, { signal: context.outClosed });
const say = ({ context, json }: Job, answer: unknown, text: string) =>
  context.out(json ? plainJson(answer) : text);

/** The keys are the names of `actions`. */
const ACTS: Readonly<Record<string, Act>> = {
  async list({ client, context, json }) {
    const projects = await client.call('listProjects', {}, { signal: context.outClosed });
    if (json) return context.out(plainJson(projects));
    const rows = projects.map(({ id, label, createdAt }) => [
      id,
      plainText(label),
      localTime(Date.parse(createdAt)),
    ]);
    showTable(context, ['ID', 'LABEL', 'CREATED'], rows);
  },
  async create(job, label = '') {
    const body = { label, ...(job.color !== undefined && { color: job.color }) };
    const project = await job.client.call('createProject', { body }, { signal: job.context.outClosed });
    say(job, project, project.id);
  },
  async delete(job, named = '') {
    const params = { id: await idOf(job, named) };
    const answer = await job.client.call('deleteProject', { params }, { signal: job.context.outClosed });
    say(job, answer, `deleted ${params.id}`);
  },
  async 'answer-links'(job, named = '', setting = '') {
    if (setting !== 'on' && setting !== 'off') throw new UsageError(`on or off, not "${setting}"`);
    const call = { params: { id: await idOf(job, named) }, body: { answerLinks: setting === 'on' } };
    const project = await job.client.call('changeProject', call, { signal: job.context.outClosed });
    say(
      job,
      project,
      `links ${project.answerLinks ? 'answer' : 'do not answer'} the runs of ${plainText(project.label)}`,
    );
  },
  async members(job, named = '') {
    const params = { id: await idOf(job, named) };
    const members = await job.client.call('listMembers', { params }, { signal: job.context.outClosed });
    if (job.json) return job.context.out(plainJson(members));
    const rows = members.map(({ userId, email, role }) => [userId, plainText(email), role]);
    showTable(job.context, ['USER', 'EMAIL', 'ROLE'], rows);
  },
  async add(job, named = '', email = '', roleName = '') {
    const role = PROJECT_ROLES.find((known) => known === roleName);
    if (role === undefined)
      throw new UsageError(`ROLE is one of ${PROJECT_ROLES.join(', ')}, not "${roleName}"`);
    const params = { id: await idOf(job, named) };
    const body = { email, role };
    const put = await job.client.call('putMember', { params, body }, { signal: job.context.outClosed });
    const text =
      'userId' in put
        ? `${plainText(put.email)} is ${put.role}`
        : `invited ${plainText(put.email)} as ${put.role}, until ${localTime(Date.parse(put.expiresAt))}`;
    say(job, put, text);
  },
  async invitations(job, named = '') {
    const pending = await pendingIn(job, await idOf(job, named));
    if (job.json) return job.context.out(plainJson(pending));
    const rows = pending.map(({ id, email, role, invitedBy, expiresAt }) => [
      id,
      plainText(email),
      role,
      plainText(invitedBy),
      localTime(Date.parse(expiresAt)),
    ]);
    showTable(job.context, ['ID', 'EMAIL', 'ROLE', 'INVITED BY', 'UNTIL'], rows);
  },
  async withdraw(job, named = '', invited = '') {
    const id = await idOf(job, named);
    const pending = invited.includes('@') ? await pendingIn(job, id) : [];
    const invitationId = pending.find(({ email }) => email === invited.toLowerCase())?.id ?? invited;
    const params = { id, invitationId };
    const answer = await job.client.call('withdrawInvitation', { params }, { signal: job.context.outClosed });
    say(job, answer, `withdrew the invitation of ${plainText(invited)}`);
  },
  async remove(job, named = '', user = '') {
    const { client, context } = job;
    const id = await idOf(job, named);
    const signal = context.outClosed;
    const members = user.includes('@')
      ? await client.call('listMembers', { params: { id } }, { signal })
      : [];
    const userId = members.find(({ email }) => email === user.toLowerCase())?.userId ?? user;
    const answer = await client.call('removeMember', { params: { id, userId } }, { signal });
    say(job, answer, `removed ${plainText(user)}`);
  },
};

export const command = defineCommand({
  about: [
    'Projects and their members. PROJECT is an id or a label, USER an id or an e-mail, INVITED the e-mail or the id of an',
    'invitation.',
  ],
  usage: '[list | create … | delete … | members … | add … | remove … | invitations … | …]',
  actions: {
    list: { args: [], help: 'list your projects' },
    create: { args: ['LABEL'], help: 'create a project that you own, and print its id' },
    delete: { args: ['PROJECT'], help: 'delete a project; its runs are kept for their users' },
    'answer-links': {
      args: ['PROJECT', 'on|off'],
      help: 'whether links answer its runs, without signing in; on by default',
    },
    members: { args: ['PROJECT'], help: 'list its members with their roles' },
    add: {
      args: ['PROJECT', 'EMAIL', 'ROLE'],
      help: `invite a user, or change a member's role: ${PROJECT_ROLES.join(', ')}`,
    },
    remove: { args: ['PROJECT', 'USER'], help: 'remove a member' },
    invitations: { args: ['PROJECT'], help: 'list its pending invitations' },
    withdraw: { args: ['PROJECT', 'INVITED'], help: 'withdraw an invitation' },
  },
  options: {
    color: { type: 'string', value: 'CSS', help: 'colour of a new project, e.g. #10b981' },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 4 },
  examples: [
    ['create Shop', ''],
    ['add Shop ana@example.com operator', 'on accepting, Ana may start and cancel its runs'],
  ],
  notes: ['viewer: watch runs; operator: also start and cancel them; owner: everything.'],
  run: async (context, { json, color }, [action = '', ...args]) => {
    if (action !== 'create' && color !== undefined) throw new UsageError('--color is only for create');
    const client = await connect(context);
    await ACTS[action]?.({ client, context, json, color }, ...args);
    return 0;
  },
});
