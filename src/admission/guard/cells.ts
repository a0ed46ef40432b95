/** Texts are judged in windows of so many cells of so many characters; a window moves on by one cell. */
export const CELL = 64;
export const CELLS = 4;
