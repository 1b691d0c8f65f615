import type { ConnectFailure } from '#shared/adapters/egress/outgoing.ts';

const ANSWER_MS = 2_000;

/** The questions to the proxy process that wait for their answer. One that does not come in time is undefined. */
export interface Questions {
  /** `send` asks it under this number. */
  ask(send: (question: number) => void): Promise<ConnectFailure | undefined>;
  answer(question: number, failure: ConnectFailure | undefined): void;
  /** No answer will come. */
  giveUp(): void;
}

export function createQuestions(): Questions {
  const open = new Map<number, (failure: ConnectFailure | undefined) => void>();
  let last = 0;
  return {
    ask: (send) =>
      new Promise((resolve) => {
        const question = ++last;
        const timer = setTimeout(() => {
          open.delete(question);
          resolve(undefined);
        }, ANSWER_MS);
        open.set(question, (failure) => {
          clearTimeout(timer);
          resolve(failure);
        });
        send(question);
      }),
    answer(question, failure) {
      open.get(question)?.(failure);
      open.delete(question);
    },
    giveUp() {
      for (const answer of open.values()) answer(undefined);
      open.clear();
    },
  };
}
