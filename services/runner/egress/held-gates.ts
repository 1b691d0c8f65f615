import type { FromProxy, ToProxy } from './protocol.ts';

/**
 * The gates that the proxy process has, or is to have, as its runner knows them: after a restart it gets them again, on the
 * same ports.
 */
export interface HeldGates {
  /** `opened`: its port. */
  add(uid: number | undefined, onLost: () => void): { id: number; opened: Promise<number> };
  remove(id: number): void;
  hear(message: Extract<FromProxy, { id: number }>): void;
  /** Sends all gates to a new process. */
  openAll(send: (message: ToProxy) => void): void;
}

interface Held {
  uid: number | undefined;
  port: number | undefined;
  opened: PromiseWithResolvers<number>;
  onLost(): void;
}

export function createHeldGates(): HeldGates {
  const gates = new Map<number, Held>();
  let last = 0;
  return {
    add(uid, onLost) {
      const id = ++last;
      const opened = Promise.withResolvers<number>();
      gates.set(id, { uid, port: undefined, opened, onLost });
      return { id, opened: opened.promise };
    },
    remove: (id) => void gates.delete(id),
    hear(message) {
      const held = gates.get(message.id);
      if (held === undefined) return;
      if (message.type === 'opened') {
        held.port = message.port;
        held.opened.resolve(message.port);
        return;
      }
      gates.delete(message.id);
      held.opened.reject(new Error(`the egress proxy opened no port: ${message.reason}`));
      held.onLost();
    },
    openAll(send) {
      for (const [id, { uid, port }] of gates) send({ type: 'open', id, uid, port });
    },
  };
}
