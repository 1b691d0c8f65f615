/** What runs and cancels are to a client, on one stack. The first looks at all that its logs hold. */
import './one-stack/pause.ts';
import './one-stack/victory.ts';
import './one-stack/said.ts';
import './one-stack/compare.ts';
import './one-stack/careful.ts';
