/** What runs find, on one stack: the same in every face; kept when a runner is lost; never in the way of a cancel. */
import './results/everywhere.ts';
import './results/cut-short.ts';
import './results/page.ts';
