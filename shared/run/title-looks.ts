/** How many pages of a run, at most, its runner asks for a title. */
export const MOST_TITLE_LOOKS = 5;
