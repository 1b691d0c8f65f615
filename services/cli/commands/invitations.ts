import { defineCommand } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';

export const command = defineCommand({
  about: ['Your pending invitations to projects. You become a member only by accepting.'],
  usage: '[list | accept ID | decline ID]',
  actions: {
    list: { args: [], help: 'list them, newest first' },
    accept: { args: ['ID'], help: 'join the project' },
    decline: { args: ['ID'], help: 'decline one' },
  },
  options: { json: { type: 'boolean', default: false, help: 'the answer as JSON' } },
  positionals: { min: 0, max: 2 },
  examples: [['accept ID', 'with an id from the list']],
  run: async (context, { json }, [action, id = '']) => {
    const { out, outClosed: signal } = context;
    const client = await connect(context);
    const params = { id };
    if (action === 'accept') {
      const joined = await client.call('acceptInvitation', { params }, { signal });
      out(json ? plainJson(joined) : `you are ${joined.role} in ${plainText(joined.project.label)}`);
      return 0;
    }
    if (action === 'decline') {
      const answer = await client.call('declineInvitation', { params }, { signal });
      out(json ? plainJson(answer) : `declined ${id}`);
      return 0;
    }
    const invitations = await client.call('listInvitations', {}, { signal });
    if (json) out(plainJson(invitations));
    else {
      const rows = invitations.map(({ id, project, role, invitedBy, expiresAt }) => [
        id,
        plainText(project.label),
        role,
        plainText(invitedBy),
        localTime(Date.parse(expiresAt)),
      ]);
      showTable(context, ['ID', 'PROJECT', 'ROLE', 'INVITED BY', 'UNTIL'], rows);
    }
    return 0;
  },
});
