/* Which session of a browser belongs to which context, as the browser tells it. */

interface Attached {
  method: string;
  params: { sessionId: string; targetInfo: { type: string; browserContextId?: string } };
}

const BEGINS = ['{"method":"Target.attachedToTarget"', '{"method":"Target.detachedFromTarget"'].map((text) =>
  Buffer.from(text),
) as [Buffer, Buffer];
const LONGEST = Math.max(...BEGINS.map(({ length }) => length));

export class TargetSessions {
  readonly #contexts = new Map<string, string>();
  readonly #pages = new Map<string, string>();

  /** Hears a message of bounded size, in one or more pieces, the last of them its end. */
  hear(pieces: readonly Buffer[]): void {
    const start = startOf(pieces);
    if (!BEGINS.some((begin) => start.subarray(0, begin.length).equals(begin))) return;
    const { method, params } = JSON.parse(Buffer.concat(pieces).subarray(0, -1).toString()) as Attached;
    if (method === 'Target.detachedFromTarget') this.#forget(params.sessionId);
    else this.#add(params);
  }

  contextOf(session: string): string | undefined {
    return this.#contexts.get(session);
  }

  pagesOf(context: string | undefined): string[] {
    return [...this.#pages].filter(([, known]) => known === context).map(([session]) => session);
  }

  #add({ sessionId, targetInfo: { type, browserContextId } }: Attached['params']): void {
    if (browserContextId === undefined) return;
    this.#contexts.set(sessionId, browserContextId);
    if (type === 'page') this.#pages.set(sessionId, browserContextId);
  }

  #forget(session: string): void {
    this.#contexts.delete(session);
    this.#pages.delete(session);
  }
}

/** The bytes that decide, of a message that may be split anywhere. */
function startOf(pieces: readonly Buffer[]): Buffer {
  let start = Buffer.alloc(0);
  for (const piece of pieces) {
    if (start.length >= LONGEST) break;
    start = Buffer.concat([start, piece.subarray(0, LONGEST)]);
  }
  return start;
}
