/** Runners in trouble, with labels, or with much to do, on one stack; each suite starts its own. */
import './runners/requeue.ts';
// The first runner of the next suite removes what the killed ones left.
import './runners/late-video.ts';
import './runners/broken-browser.ts';
import './runners/labels.ts';
import './runners/health.ts';
import './runners/slow-database.ts';
import './runners/hostile-values.ts';
