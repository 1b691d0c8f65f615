/** The last lines that a process wrote, for the message that tells of its end. */
export const rememberLines = (count: number) => {
  const lines: string[] = [];
  return {
    lines: lines as readonly string[],
    add: (line: string): void => {
      lines.push(line);
      if (lines.length > count) lines.shift();
    },
  };
};
