/** What the visualiser shows of one run, on one stack. */
import './visualiser/run.ts';
import './visualiser/why.ts';
import './visualiser/truth.ts';
import './visualiser/axis.ts';
import './visualiser/unbegun.ts';
import './visualiser/steady.ts';
import './visualiser/lost-answer.ts';
// Last, since its gateway goes and its runner is killed.
import './visualiser/trouble.ts';
