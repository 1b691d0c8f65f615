import { DefaultReporter, type TestModule, type TestSpecification } from 'vitest/node';

const CELLS = 30;

/** A line for each file as it ends, with the tests of it that failed; on a terminal a bar below them. */
export default class ProgressReporter extends DefaultReporter {
  private files = 0;
  private ended = 0;

  constructor() {
    super({ summary: false });
  }

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.files = specifications.length;
    super.onTestRunStart(specifications);
  }

  override onTestModuleEnd(module: TestModule): void {
    this.ended += 1;
    if (this.isTTY) process.stdout.write('\r\x1b[K');
    super.onTestModuleEnd(module);
    if (this.isTTY && this.ended < this.files) process.stdout.write(this.bar());
  }

  private bar(): string {
    const full = Math.floor((this.ended / this.files) * CELLS);
    const seconds = Math.round((Date.now() - this.start) / 1_000);
    return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${this.ended} of ${this.files} files, ${seconds} s`;
  }
}
