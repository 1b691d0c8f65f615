/** What runs wait for, as the API says it, on one stack with two slots. */
import './waiting-for/page-and-queue.ts';
import './waiting-for/what-blocks.ts';
import './waiting-for/runners.ts';
import './waiting-for/stopping.ts';
