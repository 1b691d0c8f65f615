export { stopLeftoverNats } from './nats/leftover.ts';
export { type Nats, type StartNats, startNats } from './nats/start.ts';
