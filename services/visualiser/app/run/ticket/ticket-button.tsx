import type { RunDetail } from '#shared/api/client/index.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { hashOf } from '../../session/route.ts';
import { text } from '../../text/text.ts';
import { ticketOf } from './ticket.ts';

/** Copies what a ticket about the run needs. */
export function TicketButton({ run, moment }: { run: RunDetail; moment: Moment }) {
  const link = () => `${location.origin}${location.pathname}${hashOf({ view: 'run', id: run.id })}`;
  return (
    <CopyButton
      value={() => ticketOf({ run, moment, link: link() }, text.value)}
      label={text.value.run.copyTicket}
      icon="ticket"
      word={text.value.run.ticket}
    />
  );
}
