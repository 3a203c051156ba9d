/** The most connections that a process opens, by default. */
export const defaultConnections = 4;
