/** Pauses, comparisons, careful cancels and what a page says, as a client sees them, on one stack. */
import './one-stack/pause.ts';
import './one-stack/victory.ts';
import './one-stack/said.ts';
import './one-stack/compare.ts';
import './one-stack/careful.ts';
