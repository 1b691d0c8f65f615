/** Runners that come and go, on one stack; each suite starts its own. */
import './runners/ownership.ts';
import './runners/drain.ts';
import './runners/requeue.ts';
// The first runner of the next suite removes what the killed ones left.
import './runners/sandbox.ts';
import './runners/private.ts';
import './runners/late-video.ts';
import './runners/broken-browser.ts';
import './runners/labels.ts';
import './runners/health.ts';
import './runners/slow-database.ts';
import './runners/hostile-values.ts';
