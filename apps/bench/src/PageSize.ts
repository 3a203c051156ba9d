/** How many records a page of the benches has. Apart from Pages.ts, which loads what makes them. */
export const recordsPerPage = 100;

/** How many pages the benches of the fake ask for again and again. */
export const warmPages = 100;
