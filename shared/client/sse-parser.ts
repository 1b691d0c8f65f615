/** One message of an event stream. `id` is the last one that was given, as EventSource keeps it. */
export interface SseMessage {
  event: string;
  data: string;
  id: string;
}

export interface SseParser {
  /** Takes the next piece of the text, cut anywhere; returns the messages that are complete now. */
  push(chunk: string): SseMessage[];
}

/** Reads `text/event-stream`: lines end in LF, CR or CRLF; a message ends with an empty line and one without data is none. */
export function createSseParser(): SseParser {
  let rest = '';
  let isStart = true;
  let afterCr = false;
  let id = '';
  let event = '';
  let data: string[] = [];

  function takeField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
  }

  function takeLine(line: string): SseMessage | undefined {
    if (line !== '') {
      takeField(line);
      return undefined;
    }
    const message = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : undefined;
    event = '';
    data = [];
    return message;
  }

  return {
    push(chunk) {
      let text = chunk;
      if (isStart && text !== '') {
        text = text.replace(/^\uFEFF/, '');
        isStart = false;
      }
      // The LF of a CRLF that a chunk boundary went through.
      if (afterCr && text.startsWith('\n')) text = text.slice(1);
      if (chunk !== '') afterCr = text.endsWith('\r');
      const lines = (rest + text).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      return lines.map(takeLine).filter((message) => message !== undefined);
    },
  };
}
