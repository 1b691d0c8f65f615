export { stopLeftoverNats } from './nats/leftover.ts';
export { type Nats, startNats } from './nats/start.ts';
