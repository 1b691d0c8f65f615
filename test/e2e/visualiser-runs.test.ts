/** What the visualiser shows of one run, on one stack. */
import './visualiser/run.ts';
import './visualiser/never-false.ts';
import './visualiser/desk.ts';
import './visualiser/compare/compare.ts';
import './visualiser/why.ts';
import './causes/faces.ts';
// Last, since its runner is killed, and at times its gateway goes.
import './visualiser/trouble.ts';
