/** Put in by the build. */
declare const EXAMPLES: readonly { name: string; text: string }[];
