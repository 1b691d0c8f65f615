/** Runs that wait, with two gateways, and for long, on one stack. */
import './queue/many.ts';
// Last, since JetStream forgets repeats from then on.
import './queue/long-queued.ts';
