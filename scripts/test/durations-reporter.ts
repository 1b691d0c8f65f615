import { existsSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { durationsAfter, pathOf, readDurations, writeDurations } from './durations.ts';

/** Notes how long the files took that passed. Run it on a calm machine without `TESTS=extended`: `--reporter ./scripts/test/durations-reporter.ts`. */
export default class DurationsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = modules
      .filter((module) => module.state() === 'passed' && module.project.name !== 'unit')
      .map((module) => {
        // Some start their servers while they are imported.
        const { collectDuration, duration } = module.diagnostic();
        return [pathOf(module.moduleId), (collectDuration + duration) / 1_000] as const;
      });
    writeDurations(durationsAfter(readDurations(), Object.fromEntries(ran), existsSync));
  }
}
