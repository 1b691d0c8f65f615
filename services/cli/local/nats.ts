export type { NatsCredentials } from './nats/config.ts';
export { findNats, stopLeftoverNats } from './nats/leftover.ts';
export { type Nats, type StartNats, startNats } from './nats/start.ts';
