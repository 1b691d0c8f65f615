/*
 * A fetch for requests that carry the session's cookie. One that is refused with an old cookie, because this tab or
 * another one has got a new one meanwhile, is made again instead of ending the session.
 */
export interface SessionFetchOptions {
  fetch: typeof fetch;
  /** Asks whether the session has ended. */
  isOver(): Promise<boolean>;
}

export function createSessionFetch({ fetch: send, isOver }: SessionFetchOptions) {
  /** While the session is replaced by another. */
  let renewal: Promise<unknown> = Promise.resolve();
  let asked: Promise<boolean> | undefined;

  /** Requests that are refused together ask once. */
  async function ask(): Promise<boolean> {
    await renewal.catch(() => undefined);
    asked ??= isOver().finally(() => {
      asked = undefined;
    });
    return asked;
  }
  const sessionFetch: typeof fetch = async (input, init) => {
    const response = await send(input, init);
    if (response.status !== 401 || (await ask())) return response;
    return send(input, init);
  };
  return {
    sessionFetch,
    renewing<Result>(work: () => Promise<Result>): Promise<Result> {
      const result = work();
      renewal = result;
      return result;
    },
  };
}
