/** Runners that come and go, on one stack; each suite starts its own. */
import './runners/ownership.ts';
import './runners/drain.ts';
import './runners/failed.ts';
import './runners/sandbox.ts';
import './runners/private.ts';
