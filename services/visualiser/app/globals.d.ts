/** The flows of the examples folder as JSON, put in by the build: `{ name, text }[]`. */
declare const EXAMPLES: string;
