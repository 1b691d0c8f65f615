/** Runners that come and go, on one stack; each suite starts its own. */
import './runners/drain.ts';
