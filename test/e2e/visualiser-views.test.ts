/** What the visualiser shows of all runs, and in all views, on one stack. Some suites make thousands of runs. */
import './visualiser/tour.ts';
import './visualiser/views.ts';
import './visualiser/list.ts';
import './visualiser/selection.ts';
import './visualiser/last-hour.ts';
