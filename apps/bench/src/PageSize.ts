/** How many records a page of the benches has. Apart from Pages.ts, which loads what makes them. */
export const recordsPerPage = 100;
