/** Why a text is no key: codes by a counter, an export of several keys, an address of something else, anything else. */
export type CodeProblem = 'counter' | 'export' | 'elsewhere' | 'no_key';

/** Why a picture says nothing. */
export type PictureProblem = 'no_picture' | 'too_large' | 'no_code';
