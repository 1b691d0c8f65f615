/** For `catch`: a system call that fails with `code` has `value` as its answer; any other failure stays one. */
export const onCode =
  <Value>(code: string, value: Value) =>
  (error: unknown): Value => {
    if ((error as NodeJS.ErrnoException).code === code) return value;
    throw error;
  };
