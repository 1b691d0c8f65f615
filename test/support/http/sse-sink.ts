import { PassThrough } from 'node:stream';
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { eventually } from '../eventually.ts';

/** What a watcher was sent, as `running`, `1`, `end` or `ping`. */
export const brief = (text: string): (string | number)[] =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((message) => {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/m.exec(message) ?? [];
      if (kind === undefined || kind === 'ping') return kind ?? message;
      const entry = JSON.parse(data!) as StreamEntry;
      return entry.kind === 'assist' ? entry.seq : entry.kind === 'status' ? entry.status : 'end';
    });

/** The far end of an event stream that reads whatever comes. */
export function openSink() {
  const out = new PassThrough();
  let text = '';
  out.setEncoding('utf8');
  out.on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    out,
    get text() {
      return text;
    },
    get brief() {
      return brief(text);
    },
    /** Resolves when this was sent. */
    until: (entry: string | number) =>
      eventually(() => {
        if (!brief(text).includes(entry)) throw new Error(`no ${entry} in ${brief(text).join(' ')}`);
      }),
  };
}
