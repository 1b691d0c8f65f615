import type { RunContext } from '#shared/domain/run/context.ts';
import type { EventType, Payload } from './events.ts';

type KeysOf<T> = T extends unknown ? keyof T : never;
type FieldOf<T, Key extends PropertyKey> = T extends { [K in Key]?: infer Value } ? Value : never;
/** Every field of the payload, optional ones included: undefined if this event does not have it. */
type Fields<T> = { [Key in KeysOf<T>]: FieldOf<T, Key> | undefined };

/**
 * The payload with these fields. The maker of an event names every field of its type, so that a field added to the type
 * does not compile until its makers say where its value comes from.
 */
export const payloadOf = <Type extends EventType>(fields: Fields<Payload<Type>>): Payload<Type> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Payload<Type>;

/** When the machine made its last move. */
export const timeOfMove = ({ now }: RunContext): string | undefined => (now > 0 ? isoTime(now) : undefined);

export const isoTime = (now: number): string => new Date(now).toISOString();
