/** What the visualiser shows of runs and of who runs them, on one stack. One of the suites makes thousands of runs. */
import './visualiser/runner.ts';
import './visualiser/run.ts';
import './visualiser/why.ts';
import './visualiser/tour.ts';
import './visualiser/views.ts';
import './visualiser/list.ts';
import './visualiser/selection.ts';
import './visualiser/last-hour.ts';
import './visualiser/truth.ts';
import './visualiser/axis.ts';
import './visualiser/steady.ts';
import './visualiser/lost-answer.ts';
// Last, since its gateway goes and its runner is killed.
import './visualiser/trouble.ts';
