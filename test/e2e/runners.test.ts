/** I2, I5: a runner that is told to leave, or loses a run, stops what it did; each suite starts its own. */
import './runners/ownership.ts';
import './runners/drain.ts';
