/** What is said of runs that wait or have ended because of other runs, runners and servers: on one stack with two slots. */
import './outages.ts';
import './queue.ts';
import './runners.ts';
import './stops.ts';
