/** More of what the visualiser shows of one run, and of who runs it, on one stack. */
import './visualiser/runner.ts';
import './visualiser/truth.ts';
import './visualiser/axis.ts';
import './visualiser/unbegun.ts';
import './visualiser/steady.ts';
import './visualiser/lost-answer.ts';
