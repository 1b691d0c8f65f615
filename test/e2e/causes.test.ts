/** What is said of runs that wait or have ended because of other runs, runners and servers: on one stack with two slots. */
import './causes/outages.ts';
import './causes/queue.ts';
import './causes/runners.ts';
import './causes/stops.ts';
