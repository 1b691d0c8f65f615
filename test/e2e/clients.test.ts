/** Clients from outside, on one stack: `ghostly`, older clients, the example subscriber. */
import './clients/cli-cancels.ts';
import './clients/cli-account.ts';
import './clients/cli-schedules.ts';
import './clients/cli-tests.ts';
// Last, since it starts NATS anew.
import './clients/subscriber.ts';
